"""What the check says, in Vietnamese and English: what is wrong with what, and what to do."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    # Files
    "file_unreadable": (
        "Không đọc được tệp này. Hãy đặt tệp đúng tên trong thư mục của gói.",
        "This file cannot be read. Put it into the folder of the pack under this name.",
    ),
    "file_too_large": (
        "Tệp quá lớn (tối đa {limit} byte). Hãy kiểm tra xem có lưu nhầm tệp khác không.",
        "The file is too large (at most {limit} bytes). Look whether another file was saved under this name.",
    ),
    "unknown_file": (
        "Tệp này không thuộc gói tỉnh nên không được đọc. Tên đúng là một trong: {known}. Hãy đổi tên hoặc bỏ tệp ra khỏi thư mục.",
        "This file belongs to no part of a pack and would not be read. Names are: {known}. Rename it or take it away.",
    ),
    "utf_16": (
        "Tệp được lưu kiểu “Unicode Text” (UTF-16). Trong Excel chọn Lưu thành, kiểu “CSV UTF-8 (phân tách bằng dấu phẩy)”.",
        "The file was saved as “Unicode Text” (UTF-16). In Excel choose Save as, type “CSV UTF-8 (comma delimited)”.",
    ),
    "not_utf_8": (
        "Từ dòng này có ký tự không phải UTF-8 (thường do lưu kiểu CSV cũ). Trong Excel chọn Lưu thành, kiểu “CSV UTF-8”.",
        "From this line on the text is not UTF-8 (an old kind of CSV, mostly). In Excel choose Save as, type “CSV UTF-8”.",
    ),
    "nul_in_text": (
        "Dòng này có ký tự rỗng (NUL), không lưu được. Hãy xoá ký tự đó hoặc gõ lại dòng.",
        "This line holds a NUL character, which cannot be stored. Delete it or type the line again.",
    ),
    "saved_with_bom": (
        "Tệp có dấu BOM ở đầu, như Excel vẫn lưu: vẫn đọc được, không cần sửa.",
        "The file begins with a BOM, as Excel saves it: it was read, nothing to do.",
    ),
    "other_delimiter": (
        "Các cột cách nhau bằng dấu {delimiter}, như Excel vẫn lưu: vẫn đọc được, không cần sửa.",
        "Columns are separated by {delimiter}, as Excel saves them: they were read, nothing to do.",
    ),
    "decomposed_text": (
        "Chữ Việt ở đây viết dạng tổ hợp (NFD); đã đọc thành dạng dựng sẵn (NFC), không cần sửa.",
        "The Vietnamese here is decomposed (NFD); it was read as composed (NFC), nothing to do.",
    ),
    # Tables
    "table_empty": (
        "Bảng chưa có dòng tiêu đề. Dòng đầu phải là tên các cột: {columns}.",
        "The table has no heading line. The first line names the columns: {columns}.",
    ),
    "table_broken": (
        "Bảng bị hỏng từ dòng này ({what}). Thường do thiếu một dấu ngoặc kép: hãy kiểm tra dòng này và dòng trước.",
        "The table is broken from this line on ({what}). Mostly a quotation mark is missing: look at this line and the one before.",
    ),
    "too_many_cells": (
        "Dòng có {cells} ô nhưng tiêu đề chỉ có {columns} cột. Ô nào có dấu phẩy bên trong thì đặt trong ngoặc kép.",
        "The line has {cells} cells but the heading has {columns} columns. Put a cell that holds a comma into quotation marks.",
    ),
    "unknown_column": (
        "Không có cột nào tên “{column}”. Có thể là: {known}.",
        "There is no column “{column}”. It may be: {known}.",
    ),
    "column_twice": (
        "Cột “{column}” có hai lần. Hãy bỏ một cột.",
        "The column “{column}” stands there twice. Remove one.",
    ),
    "column_missing": (
        "Thiếu cột “{column}”. Hãy thêm vào dòng tiêu đề.",
        "The column “{column}” is missing. Add it to the heading line.",
    ),
    # TOML
    "toml_broken": (
        "Không đọc được tệp từ dòng này, cột {column} ({what}). Hãy kiểm tra dấu ngoặc kép, dấu bằng, dấu ngoặc vuông.",
        "The file cannot be read from this line, column {column} on ({what}). Look at quotation marks, equal signs, brackets.",
    ),
    "toml_no_such_day": (
        "Ngày ở dòng này, cột {column}, không có thật hoặc viết sai. Viết như 2024-02-26.",
        "The day in this line, column {column}, does not exist or is written wrongly. Write it like 2024-02-26.",
    ),
    # Values
    "value_missing": (
        "Chưa ghi “{field}”. Hãy bổ sung.",
        "“{field}” is missing. Add it.",
    ),
    "unknown_key": (
        "Không có mục nào tên “{field}”. Có thể là: {known}.",
        "There is nothing called “{field}” here. It may be: {known}.",
    ),
    "unfit": (
        "Giá trị “{value}” của “{field}” không dùng được ({what}). Hãy sửa theo tài liệu hướng dẫn lập gói.",
        "The value “{value}” of “{field}” does not fit ({what}). Correct it by the guide to packs.",
    ),
    "not_text": (
        "“{value}” phải là chữ: đặt trong ngoặc kép.",
        "“{value}” must be text: put it into quotation marks.",
    ),
    "text_too_long": (
        "“{field}” dài quá {max_length} ký tự. Hãy viết ngắn hơn.",
        "“{field}” is longer than {max_length} characters. Shorten it.",
    ),
    "malformed": (
        "“{value}” viết không đúng dạng của “{field}”. Hãy xem ví dụ trong tài liệu hướng dẫn lập gói.",
        "“{value}” is not how “{field}” is written. See the example in the guide to packs.",
    ),
    "not_a_list": (
        '“{field}” phải là một danh sách trong ngoặc vuông, như ["a", "b"].',
        '“{field}” must be a list in brackets, like ["a", "b"].',
    ),
    "not_a_table": (
        '“{field}” phải là một nhóm có tên các mục, như [{field}] hoặc {{ ten = "…" }}.',
        '“{field}” must be a table with named values, like [{field}] or {{ name = "…" }}.',
    ),
    "not_yes_or_no": (
        "“{value}” phải là true (có) hoặc false (không).",
        "“{value}” must be true or false.",
    ),
    "list_too_short": (
        "“{field}” chưa có mục nào. Hãy ghi ít nhất một.",
        "“{field}” is empty. Give at least one.",
    ),
    "number_out_of_range": (
        "“{value}” nằm ngoài mức cho phép của “{field}”. Hãy kiểm tra lại.",
        "“{value}” lies outside what “{field}” may be. Check it.",
    ),
    "not_a_number": (
        "“{value}” không phải số nguyên. Viết liền các chữ số, không có dấu chấm ngăn hàng nghìn: 5465.",
        "“{value}” is no whole number. Write digits only, without marks for thousands: 5465.",
    ),
    "not_a_percent": (
        '“{value}” không phải tỷ lệ phần trăm. Viết như "4%" hoặc "2,5%".',
        '“{value}” is no percentage. Write it like "4%" or "2,5%".',
    ),
    "not_a_day": (
        "“{value}” không phải là ngày. Viết như 2024-02-26 hoặc 26/02/2024.",
        "“{value}” is no day. Write it like 2024-02-26 or 26/02/2024.",
    ),
    "no_such_day": (
        "Không có ngày “{value}” trong lịch. Hãy kiểm tra lại ngày, tháng.",
        "There is no day “{value}” in the calendar. Check day and month.",
    ),
    "not_a_moment": (
        "“{value}” không phải là ngày giờ. Viết như 2024-09-30T17:00:00, không có ngoặc kép.",
        "“{value}” is no day with its time. Write it like 2024-09-30T17:00:00, without quotation marks.",
    ),
    "not_a_unit_code": (
        "“{value}” không dùng làm mã đơn vị được: chỉ dùng chữ cái không dấu, chữ số, dấu chấm và gạch nối.",
        "“{value}” cannot be a unit's code: use letters without accents, digits, dots and hyphens only.",
    ),
    "not_a_name": (
        "“{value}” không dùng làm tên gọi được: chỉ dùng chữ thường không dấu, chữ số, dấu chấm, gạch nối, gạch dưới.",
        "“{value}” cannot be a name here: use small letters without accents, digits, dots, hyphens, underscores only.",
    ),
    "not_a_line": (
        "“{value}” không dùng làm mã dòng được: chỉ dùng chữ thường không dấu, chữ số, gạch dưới.",
        "“{value}” cannot be the code of a line: use small letters without accents, digits, underscores only.",
    ),
    "not_a_word": (
        "“{value}” không có trong danh sách cho phép. Chọn một trong: {allowed}.",
        "“{value}” is not among the words allowed here. Choose one of: {allowed}.",
    ),
    "not_a_source": (
        "“{value}” không nói rõ số liệu lấy từ đâu. Viết “mã tài liệu: chỗ trong tài liệu”, hoặc “sample” nếu là số liệu mẫu.",
        "“{value}” does not say where the figure comes from. Write “document: place in it”, or “sample” when it is invented.",
    ),
    "unknown_document": (
        "Chưa khai báo tài liệu “{document}”. Có: {known}. Hãy thêm [[documents]] vào province.toml hoặc sửa mã.",
        "There is no document “{document}”. There are: {known}. Add [[documents]] to province.toml or correct the code.",
    ),
    "document_undated": (
        'Tài liệu “{document}” chưa có ngày. Ghi dated = …, hoặc when = "…" nếu tài liệu không ghi ngày.',
        'The document “{document}” has no day. Give dated = …, or when = "…" if the document bears none.',
    ),
    "id_twice": (
        "“{id}” đã dùng rồi (lần đầu: {line}). Hãy đặt tên khác.",
        "“{id}” is taken already (first: {line}). Choose another.",
    ),
    # province.toml
    "code_differs": (
        "Mã gói “{code}” khác tên thư mục “{folder}”. Hãy đặt cho giống nhau.",
        "The pack's code “{code}” differs from its folder “{folder}”. Make them the same.",
    ),
    "swap_refused": (
        "Không hoán đổi ngày làm việc như vậy được: {what}",
        "These days cannot be swapped: {what}",
    ),
    # units.csv
    "code_twice": (
        "Mã “{code}” đã dùng cho đơn vị ở dòng {line}. Mỗi đơn vị một mã riêng.",
        "The code “{code}” belongs to the unit in line {line} already. Every unit has a code of its own.",
    ),
    "unknown_parent": (
        "Không có đơn vị nào mang mã cấp trên “{parent}”. Hãy sửa mã hoặc thêm dòng cho đơn vị cấp trên.",
        "There is no unit with the superior's code “{parent}”. Correct the code or add a line for the superior.",
    ),
    "unknown_unit": (
        "Không có đơn vị nào mang mã “{unit}” trong units.csv. Hãy sửa mã hoặc thêm đơn vị.",
        "There is no unit with the code “{unit}” in units.csv. Correct the code or add the unit.",
    ),
    "parent_of_other_hierarchy": (
        "Đơn vị “{parent}” thuộc hệ thống khác (đảng, đoàn thể, ngoài hệ thống). Hãy chọn đơn vị cùng hệ thống.",
        "The unit “{parent}” belongs to another hierarchy (party, mass organisations, none). Choose one of the same.",
    ),
    "kind_of_other_hierarchy": (
        "Loại “{kind}” không thuộc hệ thống “{hierarchy}”. Tổ chức đoàn thể (mass_org) thuộc hệ thống mass, và chỉ loại đó.",
        "The kind “{kind}” does not belong to the hierarchy “{hierarchy}”. Mass organisations (mass_org) do to mass, and only they.",
    ),
    "parent_is_cell": (
        "“{parent}” là chi bộ, không có đơn vị trực thuộc. Hãy chọn đảng bộ phía trên.",
        "“{parent}” is a cell and has nothing below it. Choose the committee above.",
    ),
    "begins_before_parent": (
        "“{code}” bắt đầu trước đơn vị cấp trên “{parent}” (từ {since}). Hãy sửa một trong hai ngày.",
        "“{code}” begins before its superior “{parent}” (since {since}). Correct one of the days.",
    ),
    "outside_has_parent": (
        "“{code}” là cơ quan, doanh nghiệp hoặc trường ngoài hệ thống (none) nên để trống cột parent.",
        "“{code}” is an employer or school outside the hierarchies (none): leave the column parent empty.",
    ),
    "circle": (
        "Các đơn vị nằm vòng quanh dưới chính mình: {chain}. Hãy sửa mã cấp trên của một đơn vị.",
        "The units lie in a circle under themselves: {chain}. Correct the superior of one of them.",
    ),
    "name_twice": (
        "Đơn vị ở dòng {line} cùng cấp trên cũng tên “{name}”. Nếu là hai đơn vị thật thì không cần sửa.",
        "The unit in line {line} has the same superior and the same name “{name}”. If they are two, nothing to do.",
    ),
    "root_has_parent": (
        "Đơn vị gốc “{root}” không được có cấp trên. Hãy để trống cột parent của đơn vị này.",
        "The root “{root}” may have no superior. Leave its column parent empty.",
    ),
    "second_root": (
        "“{other}” cũng không có cấp trên, mà hệ thống đảng chỉ có một gốc là “{root}”. Hãy ghi cấp trên cho “{other}”.",
        "“{other}” has no superior either, but the party hierarchy has one root, “{root}”. Give “{other}” a superior.",
    ),
    "issuer_elsewhere": (
        "Cấp uỷ ban hành “{issuer}” không nằm dưới đơn vị gốc “{root}”. Hãy sửa root hoặc issuer.",
        "The issuing committee “{issuer}” does not lie under the root “{root}”. Correct root or issuer.",
    ),
    "unknown_institution": (
        "Không có cơ quan, doanh nghiệp hoặc trường mang mã “{institution}”. Hãy sửa mã hoặc thêm dòng (hierarchy = none).",
        "There is no employer or school with the code “{institution}”. Correct it or add a line (hierarchy = none).",
    ),
    "institution_in_tree": (
        "“{institution}” là tổ chức trong hệ thống, không phải cơ quan, doanh nghiệp hay trường. Cột institution cần một dòng có hierarchy = none.",
        "“{institution}” is an organisation of a hierarchy, no employer or school. The column institution needs a line with hierarchy = none.",
    ),
    "institution_later": (
        "“{institution}” chỉ có từ {since}, sau ngày lập tổ chức này. Hãy sửa một trong hai ngày.",
        "“{institution}” exists only since {since}, after this organisation began. Correct one of the days.",
    ),
    "roll_without_cell": (
        "“{code}” không phải chi bộ ({kind}) nên không có danh sách đảng viên riêng. Hãy ghi số đảng viên vào các chi bộ.",
        "“{code}” is no cell ({kind}) and has no roll of its own. Give the members to its cells.",
    ),
    "cell_without_roll": (
        "Chi bộ “{code}” chưa có số đảng viên ban đầu. Hãy ghi cả official và roll_on.",
        "The cell “{code}” has no opening number of members. Give both official and roll_on.",
    ),
    "roll_before_cell": (
        "Số đảng viên tính đến {on}, trước ngày lập chi bộ {since}. Hãy sửa một trong hai ngày.",
        "The roll is dated {on}, before the cell began on {since}. Correct one of the days.",
    ),
    "roll_after_opening": (
        "Số đảng viên tính đến {on}, sau ngày mở hệ thống {opens_on}. Hãy sửa một trong hai ngày.",
        "The roll is dated {on}, after the deployment opens on {opens_on}. Correct one of the days.",
    ),
    "cell_too_small": (
        "Chi bộ “{code}” có {official} đảng viên chính thức, dưới 3 nên chưa họp xét kết nạp được.",
        "The cell “{code}” has {official} official members; with fewer than 3 it cannot vote on admission.",
    ),
    # changes.csv, instruments.csv
    "change_lacks": (
        "Thay đổi “{change}” cần ghi “{field}”. Hãy bổ sung.",
        "A change “{change}” needs “{field}”. Add it.",
    ),
    "change_before_founding": (
        "Thay đổi ngày {on} trước khi đơn vị được lập ({since}). Hãy sửa ngày.",
        "The change of {on} lies before the unit was founded ({since}). Correct the day.",
    ),
    "merged_twice": (
        "Đơn vị “{unit}” được sáp nhập hai lần. Hãy bỏ một dòng.",
        "The unit “{unit}” is merged twice. Remove one line.",
    ),
    "merged_into_itself": (
        "Đơn vị “{unit}” không thể sáp nhập vào chính mình. Hãy sửa cột into.",
        "The unit “{unit}” cannot be merged into itself. Correct the column into.",
    ),
    "unknown_instrument": (
        "Không có văn bản “{instrument}” trong instruments.csv. Hãy sửa mã hoặc thêm văn bản.",
        "There is no instrument “{instrument}” in instruments.csv. Correct the code or add the instrument.",
    ),
    "instrument_twice": (
        "Văn bản {key} đã có ở dòng {line}. Cơ quan ban hành, loại, số và ngày cùng nhau chỉ một văn bản.",
        "The instrument {key} stands in line {line} already. Issuer, type, number and day together name one instrument.",
    ),
    # plans
    "period_backwards": (
        "Kết thúc {until} trước khi bắt đầu {since}. Hãy sửa ngày.",
        "It ends on {until}, before it begins on {since}. Correct the days.",
    ),
    "issued_before_drafted": (
        "Ban hành ngày {on}, trước ngày soạn {drafted}. Hãy sửa ngày.",
        "It is issued on {on}, before it is drafted on {drafted}. Correct the days.",
    ),
    "plan_without_targets": (
        "Kế hoạch “{plan}” chưa có chỉ tiêu nào. Hãy thêm [[targets]].",
        "The plan “{plan}” has no target. Add [[targets]].",
    ),
    "curve_wrong": (
        "Đường kế hoạch cần {months} mốc luỹ kế, không giảm, kết thúc ở 100%; đang có {points} mốc.",
        "The curve needs {months} cumulative points that never fall and end at 100%; it has {points}.",
    ),
    "target_lacks": (
        "Chỉ tiêu “{line}” kiểu {kind} cần ghi “{field}”. Hãy bổ sung.",
        "The target “{line}” of kind {kind} needs “{field}”. Add it.",
    ),
    "target_without_basis": (
        "Chỉ tiêu “{line}” chưa có căn cứ. Hãy thêm [[targets.bases]] với văn bản và nội dung căn cứ.",
        "The target “{line}” has no legal basis. Add [[targets.bases]] with the instrument and what it says.",
    ),
    "unknown_measure": (
        "Không có chỉ số “{measure}” trong danh mục thống kê. Thường dùng: admitted, introduced_by_mass.",
        "There is no figure “{measure}” in the catalogue of statistics. Usual ones: admitted, introduced_by_mass.",
    ),
    "unknown_attribute": (
        "Không lọc theo “{attribute}” được. Chọn một trong: {known}.",
        "People cannot be selected by “{attribute}”. Choose one of: {known}.",
    ),
    "unknown_line": (
        "Không có dòng “{line}”. Có: {known}.",
        "There is no line “{line}”. There are: {known}.",
    ),
    "formula_differs": (
        'Số {value} khác kết quả công thức ({exact}, làm tròn thành {made}). Sửa số, hoặc ghi rounding = "MANUAL" nếu cấp uỷ ấn định.',
        'The number {value} differs from the formula ({exact}, rounded to {made}). Correct it, or say rounding = "MANUAL" if it was set by hand.',
    ),
    "parts_do_not_sum": (
        "Các phần của “{line}” cộng lại {parts} = {sum}, khác {value}. Hãy sửa cho khớp.",
        "The parts of “{line}” add up to {parts} = {sum} instead of {value}. Make them agree.",
    ),
    "not_allocable": (
        "Dòng “{line}” không phân bổ được. Ghi allocable = true cho chỉ tiêu, hoặc bỏ phần phân bổ.",
        "The line “{line}” is not divided. Say allocable = true at the target, or remove the allocation.",
    ),
    "divided_before_issued": (
        "Phân bổ ngày {on}, trước khi kế hoạch ban hành ngày {issued}. Hãy sửa ngày.",
        "It is divided on {on}, before the plan is issued on {issued}. Correct the days.",
    ),
    "nothing_divided": (
        "Quyết định “{decision}” chưa chia cho đơn vị nào. Hãy thêm dòng vào quotas.csv.",
        "The decision “{decision}” gives nothing to anybody. Add lines to quotas.csv.",
    ),
    "nothing_to_divide": (
        "Đơn vị “{giver}” không có số tuyệt đối nào của dòng “{line}” để chia. Chia từ đơn vị ban hành kế hoạch trước.",
        "The unit “{giver}” has no absolute number of the line “{line}” to divide. Divide from the plan's issuer first.",
    ),
    "not_directly_below": (
        "“{unit}” không trực thuộc trực tiếp “{giver}”. Chỉ chia cho đơn vị ngay dưới.",
        "“{unit}” is not directly below “{giver}”. Divide among the units directly below only.",
    ),
    "out_of_balance": (
        "Dòng “{line}” lệch {difference}: được giao {given}, đã chia {allotted}, dự phòng {reserve}, vượt được duyệt {over}. Hãy sửa cho khớp.",
        "The line “{line}” is off by {difference}: given {given}, divided {allotted}, reserve {reserve}, approved excess {over}. Make it balance.",
    ),
    "quota_twice": (
        "“{unit}” đã có chỉ tiêu của quyết định này ở dòng {line}. Hãy bỏ một dòng.",
        "“{unit}” has a quota of this decision in line {line} already. Remove one line.",
    ),
    "unknown_plan": (
        "Không có kế hoạch “{plan}”. Có: {known}.",
        "There is no plan “{plan}”. There are: {known}.",
    ),
    "unknown_decision": (
        "Kế hoạch “{plan}” không có quyết định “{decision}” phân bổ dòng “{line}”. Hãy thêm [[allocations]] hoặc sửa.",
        "The plan “{plan}” has no decision “{decision}” that divides the line “{line}”. Add [[allocations]] or correct it.",
    ),
    "plans_not_asked": (
        "Kế hoạch “{plan}” không yêu cầu đơn vị gửi kế hoạch (chưa có unit_plans_due). Hãy bỏ cột proposed và sent_on.",
        "The plan “{plan}” asks units for no plan of theirs (no unit_plans_due). Leave proposed and sent_on empty.",
    ),
    "sent_before_issued": (
        "Đơn vị gửi kế hoạch ngày {on}, trước khi kế hoạch cấp trên ban hành ngày {issued}. Hãy sửa ngày.",
        "The unit sent its plan on {on}, before the plan above was issued on {issued}. Correct the days.",
    ),
    # classes.toml
    "class_numbers": (
        "{classes} lớp cho {learners} học viên không khớp: phải có lớp, mỗi lớp ít nhất một người.",
        "{classes} classes for {learners} learners do not fit: there must be classes, with at least one learner each.",
    ),
    "class_line_twice": (
        "“{owner}” đã có dòng {programme} năm {year}. Mỗi năm một dòng: hãy gộp lại.",
        "“{owner}” has a line for {programme} in {year} already. One line a year: put them together.",
    ),
    "class_owner": (
        "“{owner}” ({kind}) không mở lớp được: phải là trung tâm chính trị hoặc cấp uỷ.",
        "“{owner}” ({kind}) cannot open classes: it must be a political centre or a committee.",
    ),
    "class_of_other_line": (
        "Dòng kế hoạch “{line}” là của chương trình khác, không phải {programme}. Hãy chọn dòng khác.",
        "The line “{line}” plans the other programme, not {programme}. Choose another line.",
    ),
    # accounts.toml
    "sign_in_twice": (
        "Tên đăng nhập “{sign_in}” dùng cho cả “{person}” và “{other}”. Mỗi tài khoản một tên.",
        "The sign-in name “{sign_in}” is used for “{person}” and for “{other}”. Every account has its own.",
    ),
    "two_administrators": (
        "Cần ít nhất hai quản trị viên (administrator) ở đơn vị gốc “{root}”. Hãy thêm tài khoản.",
        "At least two administrators are needed at the root “{root}”. Add an account.",
    ),
    "nobody_may": (
        "Chưa có tài khoản nào giữ vai trò {role} ở “{unit}” (hoặc phía trên), hay chỉ có một mà cần người thứ hai ký. Hãy thêm vào accounts.toml.",
        "No account has the role {role} at “{unit}” (or above), or there is one where a second person must sign. Add one to accounts.toml.",
    ),
    # simulation.toml, results.csv
    "ends_before_opening": (
        "Mô phỏng kết thúc {until}, trước khi hệ thống mở ngày {opens_on}. Hãy sửa.",
        "The simulation ends on {until}, before the deployment opens on {opens_on}. Correct it.",
    ),
    "no_weight": (
        "Các trọng số của “{field}” cộng lại bằng 0. Ít nhất một phải lớn hơn 0.",
        "The weights of “{field}” add up to 0. At least one must be greater.",
    ),
    "unknown_category": (
        "Không có diện “{category}”. Có: {known}.",
        "There is no category “{category}”. There are: {known}.",
    ),
    "ages_wrong": (
        "Tuổi từ {youngest} đến {oldest} không hợp lý: phải trong khoảng 18–60, số nhỏ trước.",
        "Ages from {youngest} to {oldest} cannot be: they lie within 18–60, the smaller first.",
    ),
    "no_employers": (
        "Diện “{category}” cần doanh nghiệp, cơ quan (hierarchy = none) trong units.csv. Hãy thêm.",
        "The category “{category}” needs employers (hierarchy = none) in units.csv. Add some.",
    ),
    "total_after_end": (
        "Tổng số đến {until} nằm sau ngày mô phỏng kết thúc {ends}. Hãy rút ngắn kỳ hoặc dời ngày kết thúc.",
        "The total until {until} lies behind the end of the simulation on {ends}. Shorten the period or move the end.",
    ),
    "total_before_opening": (
        "Số liệu từ {since} nằm trước ngày mở hệ thống {opens_on}: không ghi lễ kết nạp trước ngày đó được.",
        "The total from {since} lies before the deployment opens on {opens_on}: no ceremony is recorded before that.",
    ),
    "members_before_rolls": (
        "Tổng số đảng viên ngày {on} nằm trước ngày mở danh sách {counted}. Hãy sửa ngày.",
        "The total of members on {on} lies before the rolls were counted on {counted}. Correct the day.",
    ),
    "totals_overlap": (
        "Kỳ này của diện “{category}” trùng với mục [[admissions]] thứ {line}. Hãy tách các kỳ không trùng ngày.",
        "This period of “{category}” overlaps with [[admissions]] no. {line}. Make the periods separate.",
    ),
    "too_few_seats": (
        "{learners} học viên nhiều hơn {seats} chỗ. Hãy sửa một trong hai số.",
        "{learners} learners are more than {seats} seats. Correct one of the numbers.",
    ),
    "not_a_mass_organisation": (
        "“{unit}” không phải tổ chức đoàn thể (mass_org) nên không giới thiệu được. Hãy chọn đơn vị khác.",
        "“{unit}” is no mass organisation (mass_org) and introduces nobody. Choose another unit.",
    ),
    "not_a_cell": (
        "“{unit}” không phải chi bộ. Bản ghi trùng phải do một chi bộ ghi.",
        "“{unit}” is no cell. A duplicate is recorded by a cell.",
    ),
    "recorded_before_held": (
        "Ghi ngày {on}, trước khi lễ diễn ra ngày {held}. Hãy sửa ngày.",
        "It is recorded on {on}, before it was held on {held}. Correct the days.",
    ),
    "result_without_total": (
        "Không có mục [[admissions]] của diện “{category}” từ {since} đến {until}. Hãy ghi đúng diện và kỳ đã nêu.",
        "There are no [[admissions]] of “{category}” from {since} to {until}. Name a category and period that are stated.",
    ),
    "results_exceed_total": (
        "Diện “{category}” từ {since} đến {until} có tổng {people}, nhưng các đơn vị cộng lại đã {sum}. Hãy sửa cho khớp.",
        "“{category}” from {since} to {until} totals {people}, but the units already add up to {sum}. Make them agree.",
    ),
    "result_twice": (
        "“{unit}” đã có số của diện và kỳ này ở dòng {line}. Hãy bỏ một dòng.",
        "“{unit}” has a number of this category and period in line {line} already. Remove one line.",
    ),
    "results_without_simulation": (
        "Có results.csv nhưng không có simulation.toml. Hãy thêm simulation.toml hoặc bỏ tệp này.",
        "There is a results.csv but no simulation.toml. Add simulation.toml or remove this file.",
    ),
    "unreachable": (
        "Mô phỏng không đạt được số này theo quy định: {what_vi}",
        "The simulation cannot reach this number under the rules: {what_en}",
    ),
}
