"""The definitions of every figure, by code and version: what is counted, from where, on which days, in words."""

from dataclasses import replace
from typing import Final

from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.statistics.entries import LATE_DAYS
from ketnap.statistics.measures import DOSSIERS, Measure
from ketnap.statistics.population import EVERYBODY, Population


@frozen
class Definition:
    """What a figure is.

    Args:
        counts: what one of them is, in the words that stand under the number.
        stock: everything up to the day counts; otherwise only what lies in the period.
        at_start: a stock of the day before the period begins.
        whole: the figure that this one is a part of: its percentage is taken of that.
    """

    code: str
    version: int
    title: str
    text: str
    counts: str
    measures: tuple[Measure, ...] = ()
    population: Population = EVERYBODY
    stock: bool = False
    at_start: bool = False
    whole: str | None = None

    @property
    def name(self) -> str:
        return f"{self.code} phiên bản {self.version}"


def _structure(attribute: str, words: tuple[str, ...]) -> Population:
    return Population(include={attribute: words}, exclude={})


STRUCTURE: Final[dict[str, tuple[str, Population]]] = {
    "women": ("Nữ", _structure("sex", ("female",))),
    "youth_union": ("Đoàn viên thanh niên", _structure("youth_union", ("true",))),
    "age_18_30": ("Tuổi 18–30", _structure("age_band", ("18-30",))),
    "minority": ("Dân tộc thiểu số", _structure("minority", ("true",))),
    "university": (
        "Trình độ đại học trở lên",
        _structure("qualification", ("university", "master", "doctor")),
    ),
    "religious": ("Có tôn giáo", _structure("religious", ("true",))),
    "enterprise_workers": (
        "Công nhân, lao động trong doanh nghiệp",
        _structure("occupation", ("enterprise_manager", "enterprise_staff", "enterprise_worker")),
    ),
    "pupils_students": ("Học sinh, sinh viên", _structure("occupation", ("pupil", "student"))),
    "pupils": ("Học sinh trung học phổ thông", _structure("occupation", ("pupil",))),
}
"""Breakdowns of the admitted; one person may stand in several."""

_LISTED = "Vào danh sách từ ngày nghị quyết của chi bộ; ra khỏi danh sách vào ngày chi bộ đưa ra, ngày lễ kết nạp hoặc ngày việc giới thiệu kết thúc. Kết nạp bị huỷ thì trở lại danh sách."
_LATE = "Được công nhận chính thức tính từ ngày hết 12 tháng dự bị, dù quyết định muộn."

DEFINITIONS: Final[dict[str, Definition]] = {
    "admitted": Definition(
        code="KN-01",
        version=1,
        title="Kết nạp đảng viên",
        text="Số đảng viên có lễ kết nạp trong kỳ, tính đến hết ngày xem, trong phạm vi đơn vị. Ngày tính là ngày lễ kết nạp, theo ngày đã đính chính nếu có. Quyết định kết nạp bị huỷ thì không tính.",
        counts="đảng viên đã kết nạp",
        measures=(Measure.ADMITTED,),
    ),
    "decided": Definition(
        code="KN-02",
        version=1,
        title="Quyết định kết nạp",
        text="Số quyết định kết nạp đảng viên ký trong kỳ, tính đến hết ngày xem. Ngày tính là ngày quyết định. Quyết định bị huỷ thì không tính.",
        counts="quyết định kết nạp",
        measures=(Measure.DECIDED,),
    ),
    "admitted_late": Definition(
        code="KN-03",
        version=1,
        title=f"Lễ kết nạp ghi sổ muộn hơn {LATE_DAYS} ngày",
        text=f"Trong số đã kết nạp, số người có lễ được ghi vào hệ thống sau ngày lễ hơn {LATE_DAYS} ngày. Ngày ghi là ngày cơ quan quản lý hồ sơ ghi lần đầu; ngày lễ là ngày đã đính chính nếu có.",
        counts="lễ kết nạp ghi muộn",
        measures=(Measure.ADMITTED_LATE,),
        whole="admitted",
    ),
    "members": Definition(
        code="DV-01",
        version=1,
        title="Đảng viên",
        text="Tổng số đảng viên chính thức và dự bị trong danh sách của các chi bộ đến hết ngày xem: số khi mở danh sách, cộng người được kết nạp từ đó, trừ người ra khỏi danh sách.",
        counts="đảng viên",
        measures=(Measure.MEMBERS,),
        stock=True,
    ),
    "members_at_start": Definition(
        code="DV-02",
        version=1,
        title="Đảng viên đầu kỳ",
        text="Tổng số đảng viên đến hết ngày trước ngày bắt đầu kỳ, tính như DV-01.",
        counts="đảng viên đầu kỳ",
        measures=(Measure.MEMBERS,),
        stock=True,
        at_start=True,
    ),
    "dossiers": Definition(
        code="HS-01",
        version=1,
        title="Hồ sơ đang xử lý",
        text="Số hồ sơ đã có đơn xin vào Đảng, chưa có lễ kết nạp và chưa kết thúc, đến hết ngày xem.",
        counts="hồ sơ",
        measures=tuple(DOSSIERS.values()),
        stock=True,
    ),
    "introduced": Definition(
        code="GT-01",
        version=1,
        title="Quần chúng được giới thiệu",
        text="Số lượt giới thiệu cho chi bộ trong kỳ, tính cho chi bộ được giới thiệu đến.",
        counts="lượt giới thiệu",
        measures=(Measure.INTRODUCED,),
    ),
    "introduced_by_mass": Definition(
        code="GT-02",
        version=1,
        title="Giới thiệu của tổ chức đoàn thể",
        text="Số lượt giới thiệu của tổ chức đoàn thể trong kỳ, tính cho tổ chức giới thiệu.",
        counts="lượt giới thiệu",
        measures=(Measure.INTRODUCED_BY_MASS,),
    ),
    "sympathisers": Definition(
        code="NG-01",
        version=1,
        title="Cảm tình Đảng",
        text=f"Số người trong danh sách cảm tình Đảng của chi bộ đến hết ngày xem. {_LISTED}",
        counts="người trong danh sách",
        measures=(Measure.SYMPATHISERS,),
        stock=True,
    ),
    "sympathisers_certified": Definition(
        code="NG-02",
        version=1,
        title="Cảm tình Đảng có giấy chứng nhận còn giá trị",
        text="Trong số cảm tình Đảng, số người có giấy chứng nhận lớp bồi dưỡng nhận thức về Đảng còn giá trị vào ngày xem.",
        counts="người có giấy chứng nhận",
        measures=(Measure.SYMPATHISERS_CERTIFIED,),
        stock=True,
        whole="sympathisers",
    ),
    "recognition_due": Definition(
        code="CN-01",
        version=1,
        title="Đến hạn chuyển chính thức",
        text="Số đảng viên dự bị hết 12 tháng dự bị trong kỳ, tính đến hết ngày xem. Không tính người đã bị xoá tên hoặc ra khỏi danh sách đến ngày đó.",
        counts="đảng viên dự bị đến hạn",
        measures=(Measure.PROBATION_ENDING,),
    ),
    "recognised": Definition(
        code="CN-02",
        version=1,
        title="Đã chuyển chính thức",
        text=f"Số đảng viên được công nhận chính thức trong kỳ. {_LATE}",
        counts="đảng viên đã chuyển chính thức",
        measures=(Measure.RECOGNISED,),
        whole="recognition_due",
    ),
    "recognised_judged": Definition(
        code="CN-03",
        version=1,
        title="Đã chuyển chính thức, tính được hạn",
        text=f"Trong số đã chuyển chính thức, số người có bộ quy tắc của ngày lễ kết nạp và lịch ngày nghỉ để tính hạn chi bộ phải xét. {_LATE}",
        counts="đảng viên tính được hạn",
        measures=(Measure.RECOGNISED_JUDGED,),
        whole="recognised",
    ),
    "recognised_in_time": Definition(
        code="CN-04",
        version=1,
        title="Chuyển chính thức đúng hạn",
        text="Trong số tính được hạn, số người được chi bộ biểu quyết công nhận trong thời hạn quy định sau 12 tháng dự bị, theo bộ quy tắc của ngày lễ kết nạp.",
        counts="đảng viên được xét đúng hạn",
        measures=(Measure.RECOGNISED_IN_TIME,),
        whole="recognised_judged",
    ),
    "struck_off": Definition(
        code="XT-01",
        version=1,
        title="Xoá tên đảng viên dự bị",
        text="Số đảng viên dự bị bị xoá tên trong kỳ. Ngày tính là ngày quyết định.",
        counts="đảng viên dự bị bị xoá tên",
        measures=(Measure.STRUCK_OFF,),
    ),
    "classes_held:awareness": Definition(
        code="LH-01",
        version=1,
        title="Lớp bồi dưỡng nhận thức về Đảng đã mở",
        text="Số lớp đã kết thúc trong kỳ, tính cho đơn vị mở lớp.",
        counts="lớp",
        measures=(Measure.AWARENESS_CLASSES_HELD,),
    ),
    "classes_planned:awareness": Definition(
        code="LH-02",
        version=1,
        title="Lớp bồi dưỡng nhận thức về Đảng theo kế hoạch",
        text="Số lớp trong kế hoạch mở lớp, tính từ ngày lập kế hoạch nhưng trong năm của kế hoạch. Kế hoạch sửa thì lấy số sửa sau cùng.",
        counts="lớp theo kế hoạch",
        measures=(Measure.AWARENESS_CLASSES_PLANNED,),
    ),
    "learners:awareness": Definition(
        code="LH-03",
        version=1,
        title="Giấy chứng nhận lớp nhận thức về Đảng",
        text="Số giấy chứng nhận cấp trong kỳ, tính cho chi bộ cử đi học.",
        counts="giấy chứng nhận",
        measures=(Measure.AWARENESS_CERTIFICATES,),
    ),
    "learners_planned:awareness": Definition(
        code="LH-04",
        version=1,
        title="Học viên lớp nhận thức về Đảng theo kế hoạch",
        text="Số học viên trong kế hoạch mở lớp, tính như LH-02.",
        counts="học viên theo kế hoạch",
        measures=(Measure.AWARENESS_LEARNERS_PLANNED,),
    ),
    "classes_held:new_member": Definition(
        code="LH-05",
        version=1,
        title="Lớp đảng viên mới đã mở",
        text="Số lớp đã kết thúc trong kỳ, tính cho đơn vị mở lớp.",
        counts="lớp",
        measures=(Measure.NEW_MEMBER_CLASSES_HELD,),
    ),
    "classes_planned:new_member": Definition(
        code="LH-06",
        version=1,
        title="Lớp đảng viên mới theo kế hoạch",
        text="Số lớp trong kế hoạch mở lớp, tính như LH-02.",
        counts="lớp theo kế hoạch",
        measures=(Measure.NEW_MEMBER_CLASSES_PLANNED,),
    ),
    "learners:new_member": Definition(
        code="LH-07",
        version=1,
        title="Giấy chứng nhận lớp đảng viên mới",
        text="Số giấy chứng nhận cấp trong kỳ, tính cho chi bộ có đảng viên đi học. Lớp của năm nay có cả người kết nạp năm trước.",
        counts="giấy chứng nhận",
        measures=(Measure.NEW_MEMBER_CERTIFICATES,),
    ),
    "learners_planned:new_member": Definition(
        code="LH-08",
        version=1,
        title="Học viên lớp đảng viên mới theo kế hoạch",
        text="Số học viên trong kế hoạch mở lớp, tính như LH-02.",
        counts="học viên theo kế hoạch",
        measures=(Measure.NEW_MEMBER_LEARNERS_PLANNED,),
    ),
    "classes_held": Definition(
        code="LH-09",
        version=1,
        title="Lớp bồi dưỡng đã mở",
        text="LH-01 và LH-05 cộng lại.",
        counts="lớp",
        measures=(Measure.AWARENESS_CLASSES_HELD, Measure.NEW_MEMBER_CLASSES_HELD),
    ),
    "classes_planned": Definition(
        code="LH-10",
        version=1,
        title="Lớp bồi dưỡng theo kế hoạch",
        text="LH-02 và LH-06 cộng lại.",
        counts="lớp theo kế hoạch",
        measures=(Measure.AWARENESS_CLASSES_PLANNED, Measure.NEW_MEMBER_CLASSES_PLANNED),
    ),
    "in_class": Definition(
        code="LH-11",
        version=1,
        title="Đang học lớp nhận thức về Đảng",
        text="Số người có tên trong lớp bồi dưỡng nhận thức về Đảng đến hết ngày xem, chưa có kết quả và chưa thôi học.",
        counts="người đang học",
        measures=(Measure.AWARENESS_LEARNERS,),
        stock=True,
    ),
}

_STEP_TITLES: Final = {
    "verification": "Hồ sơ đang thẩm tra",
    "voting": "Hồ sơ đang xét",
    "awaiting_decision": "Hồ sơ chờ quyết định",
    "awaiting_ceremony": "Hồ sơ chờ lễ kết nạp",
}

DEFINITIONS.update(
    {
        f"dossiers:{step}": replace(
            DEFINITIONS["dossiers"],
            code=f"HS-01/{step}",
            title=_STEP_TITLES[step],
            text=f"{DEFINITIONS['dossiers'].text} Chỉ tính: {_STEP_TITLES[step].lower()}.",
            measures=(measure,),
            whole="dossiers",
        )
        for step, measure in DOSSIERS.items()
    }
)
DEFINITIONS.update(
    {
        f"structure:{code}": replace(
            DEFINITIONS["admitted"],
            code=f"KN-01/{code}",
            title=f"Kết nạp: {title}",
            text=f"{DEFINITIONS['admitted'].text} Chỉ tính: {title[0].lower()}{title[1:]}, theo lý lịch có hiệu lực vào ngày lễ; lý lịch ghi muộn thì tính lại.",
            population=population,
            whole="admitted",
        )
        for code, (title, population) in STRUCTURE.items()
    }
)

MEASURABLE: Final = tuple(name for name, found in DEFINITIONS.items() if found.population.everybody)
"""What a plan may set a target for."""

STATED: Final[dict[str, Definition]] = {
    "line": Definition(
        code="CT-01",
        version=1,
        title="Kết quả",
        text="Số đếm theo chỉ số của dòng, thu hẹp theo đối tượng của dòng: con người theo lý lịch, đơn vị theo phân loại, đều vào ngày của việc; với số tồn là ngày vào danh sách.",
        counts="kết quả",
    ),
    "quota": Definition(
        code="CT-02",
        version=1,
        title="Chỉ tiêu được giao",
        text="Số ghi trong kế hoạch, với đơn vị ban hành; với đơn vị khác là tổng các quyết định giao và điều chỉnh có ngày không sau ngày xem. Đơn vị sáp nhập nhận chỉ tiêu của các đơn vị tiền thân cộng lại, cho đến khi có quyết định điều chỉnh.",
        counts="chỉ tiêu",
    ),
    "rate": Definition(
        code="CT-03",
        version=1,
        title="Tỷ lệ đạt",
        text="Kết quả của dòng chia cho số mà dòng so với: chỉ tiêu được giao, số nền ghi trong kế hoạch, hoặc toàn bộ chỉ số trong kỳ, tuỳ loại dòng. Chỉ tiêu nhỏ thì không tính tỷ lệ. Đạt hay chưa được so bằng số nguyên, không so bằng tỷ lệ đã làm tròn.",
        counts="tỷ lệ",
    ),
    "base": Definition(
        code="CT-04",
        version=1,
        title="Số nền ghi trong kế hoạch",
        text="Số mà kế hoạch lấy tỷ lệ, đúng như văn bản ghi, kèm ngày của số đó. Không tính lại từ sổ.",
        counts="số nền",
    ),
    "approved": Definition(
        code="CT-10",
        version=1,
        title="Số được duyệt so với số nền",
        text="Số ghi trong kế hoạch chia cho số nền ghi cùng dòng. Cả hai đúng như văn bản ghi.",
        counts="tỷ lệ",
    ),
    "allotted": Definition(
        code="CT-05",
        version=1,
        title="Đã phân bổ xuống dưới",
        text="Tổng các quyết định giao và điều chỉnh của đơn vị cho các đơn vị trực tiếp bên dưới, có ngày không sau ngày xem.",
        counts="đã phân bổ",
    ),
    "reserve": Definition(
        code="CT-06",
        version=1,
        title="Dự phòng",
        text="Phần đơn vị giữ lại khi phân bổ, theo quyết định.",
        counts="dự phòng",
    ),
    "over_allocation": Definition(
        code="CT-07",
        version=1,
        title="Phân bổ vượt được phê duyệt",
        text="Phần phân bổ nhiều hơn số được giao mà người ký đã phê duyệt, theo quyết định.",
        counts="phân bổ vượt",
    ),
    "met": Definition(
        code="CT-08",
        version=1,
        title="Tổ chức đạt mức tối thiểu",
        text="Số tổ chức cơ sở đảng thuộc loại được nêu, đang hoạt động vào ngày của cây tổ chức, đạt ít nhất mức ghi trong kế hoạch; từng tổ chức xét riêng, kết quả của đơn vị tiền thân tính cho đơn vị kế tục.",
        counts="tổ chức đạt",
    ),
    "organisations": Definition(
        code="CT-09",
        version=1,
        title="Tổ chức được xét",
        text="Số tổ chức cơ sở đảng thuộc loại được nêu, đang hoạt động vào ngày của cây tổ chức. Tổ chức sáp nhập thì số này đổi theo.",
        counts="tổ chức",
    ),
    "forecast": Definition(
        code="DB-01",
        version=1,
        title="Dự báo",
        text="Đã kết nạp, cộng hồ sơ đang xử lý nhân xác suất theo bước của công thức đã công bố. Chỉ số không phải kết nạp thì không có hồ sơ để dự báo: dự báo bằng số đã đạt.",
        counts="dự báo",
    ),
    "all_in_time": Definition(
        code="DB-02",
        version=1,
        title="Nếu mọi hồ sơ đều kịp lễ kết nạp",
        text="Đã kết nạp, cộng toàn bộ hồ sơ đang xử lý, so với chỉ tiêu được giao. Không phải dự báo: không nhân xác suất.",
        counts="kết quả nếu mọi hồ sơ đều kịp",
    ),
    "cells": Definition(
        code="TC-01",
        version=1,
        title="Chi bộ",
        text="Số chi bộ và chi bộ cơ sở đang hoạt động vào ngày của cây tổ chức.",
        counts="chi bộ",
    ),
    "idle": Definition(
        code="TC-02",
        version=1,
        title="Chưa kết nạp ai trong 12 tháng",
        text="Số đơn vị trực tiếp bên dưới có chỉ tiêu, không có lễ kết nạp nào trong 12 tháng đến hết ngày xem.",
        counts="đơn vị",
    ),
    "idle_without_source": Definition(
        code="TC-03",
        version=1,
        title="Chưa kết nạp ai trong 12 tháng, hết nguồn",
        text="Trong số đơn vị của TC-02, số đơn vị không có ai trong danh sách cảm tình Đảng vào ngày xem.",
        counts="đơn vị",
    ),
    "with_quota": Definition(
        code="TC-04",
        version=1,
        title="Đơn vị có chỉ tiêu",
        text="Số đơn vị trực tiếp bên dưới có chỉ tiêu được giao đến hết ngày xem.",
        counts="đơn vị",
    ),
    "unit_plans:in_time": Definition(
        code="KH-01",
        version=1,
        title="Gửi kế hoạch đúng hạn",
        text="Số đơn vị trực tiếp bên dưới có bản kế hoạch đầu tiên gửi trước ngày đến hạn ghi trong kế hoạch cấp trên.",
        counts="đơn vị",
    ),
    "unit_plans:late": Definition(
        code="KH-02",
        version=1,
        title="Gửi kế hoạch muộn",
        text="Số đơn vị trực tiếp bên dưới có bản kế hoạch đầu tiên gửi vào ngày đến hạn hoặc sau đó.",
        counts="đơn vị",
    ),
    "unit_plans:missing": Definition(
        code="KH-03",
        version=1,
        title="Chưa gửi kế hoạch",
        text="Số đơn vị trực tiếp bên dưới chưa gửi kế hoạch đến hết ngày xem.",
        counts="đơn vị",
    ),
}
"""Figures that are stated, judged or listed rather than added up from the ledger."""


class FigureUnknown(Rejected):
    """Không có chỉ số “{figure}” ở đây. Hãy mở chỉ số từ một trang số liệu.

    There is no figure “{figure}” here. Open it from a page with figures.
    """

    status = 404


def definition(figure: str) -> Definition:
    """The definition of a figure that is added up from the ledger, by the name that pages and links give it.

    Raises:
        FigureUnknown: there is none of that name.
    """
    found = DEFINITIONS.get(figure)
    if found is None:
        raise FigureUnknown(figure=figure)
    return found


def counted_by(figure: str) -> str:
    """The words under the number of a figure."""
    stated = STATED.get(figure) or STATED.get(figure.partition(":")[0])
    return (DEFINITIONS.get(figure) or stated or definition(figure)).counts


def of_measure(measure: str, title: str, population: Population) -> Definition:
    """The definition of a plan's line: a measure, narrowed to the line's people and units."""
    return replace(definition(measure), title=title, population=population, whole=None)
