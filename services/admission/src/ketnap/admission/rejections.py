"""What the rules of admission say no to: what is wrong with the numbers or days, and what to do.

Where a sentence is `{sentence}`, the rule pack's own check wrote it, with the legal basis beside it.
"""

from ketnap.common.decider import Rejected

# Stages


class DossierUnknown(Rejected):
    """Chưa có hồ sơ này.

    There is no such dossier.
    """

    status = 404


class DossierExists(Rejected):
    """Hồ sơ này đã được lập. Hãy mở hồ sơ đó.

    This dossier was opened already. Open that one.
    """


class NotAtThisStep(Rejected):
    """Hồ sơ đang ở bước “{stage}”, chưa làm hoặc không còn làm việc này được. Hãy tải lại hồ sơ và làm bước tiếp theo.

    The dossier stands at “{stage_en}”; this cannot be done there. Reload it and take the next step.
    """


class WithdrawalTooLate(Rejected):
    """Đã có quyết định kết nạp ngày {decided_on}, không rút hồ sơ được nữa. Nếu quyết định không còn phù hợp, đề nghị cấp uỷ huỷ quyết định.

    Admission was decided on {decided_on}: the dossier cannot be withdrawn any more. If the decision does not stand, ask the committee to annul it.
    """


# Before the application


class NotASympathiser(Rejected):
    """Người này không ở trong danh sách cảm tình Đảng của chi bộ. Chi bộ ra nghị quyết đưa vào danh sách trước.

    This person is not on the cell's list of sympathisers. The cell puts them on its list first.
    """


class CertificateMissing(Rejected):
    """Đến ngày {on} chưa nhận được giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng. Cử đi học, hoặc báo nơi cấp giấy ghi vào hệ thống.

    No certificate of the awareness class is known by {on}. Send the person to class, or ask the issuer to record it.
    """


class CertificateExpired(Rejected):
    """Giấy chứng nhận số {number} cấp ngày {issued_on} đã hết giá trị ngày {valid_until}, trước ngày {on}. Phải học lại lớp bồi dưỡng nhận thức về Đảng.

    Certificate {number} of {issued_on} was valid until {valid_until} only, before {on}. The person must take the awareness class again.
    """


# The papers


class EvidenceMissing(Rejected):
    """Hưởng ngoại lệ về học vấn phải có tài liệu chứng minh nơi cư trú (và xác nhận của đảng uỷ cơ sở với người có uy tín). Hãy ghi mã vùng kèm tài liệu.

    An exception from the education floor needs evidence of residence (and, for a reputable person, the grassroots committee's confirmation). Record the area code with its evidence.
    """

    status = 422


class AnswersMissing(Rejected):
    """Đã hỏi về {asked} người nhưng mới có {answered} trả lời và {exempt} được miễn. Hãy chờ đủ, hoặc ghi rõ ai được miễn.

    {asked} people were asked about, {answered} answers came and {exempt} are exempt. Wait for all, or record who is exempt.
    """


class VerifierIsHelper(Rejected):
    """Người thẩm tra lý lịch đang là người giúp đỡ của người xin vào Đảng. Hãy giao đảng viên khác thẩm tra.

    The verifier is a helper of the applicant. Have another member verify.
    """


class PersonForgotten(Rejected):
    """Dữ liệu của người này đã được xoá theo yêu cầu, chi bộ không xét được nữa. Hãy kết thúc hồ sơ.

    The data of this person were erased on request: the cell cannot consider them. Close the dossier.
    """

    status = 410


# Who may be voted on


class RollUnknown(Rejected):
    """Chưa nhận được danh sách đảng viên của chi bộ nên chưa có tổng số để biểu quyết. Mở danh sách đảng viên ở sổ đăng ký trước.

    The member roll of the cell is not known here, so a vote has no denominator. Open the roll in the registry first.
    """


class IdentityUnknown(Rejected):
    """Chưa nhận được ngày sinh của người này nên chưa kiểm tra được tuổi. Hãy ghi nhân thân ở sổ đăng ký rồi thử lại.

    The birth date of this person is not known here, so the age cannot be checked. Record the identity in the registry, then try again.
    """


class CellTooSmall(Rejected):
    """{sentence}

    The cell has {official} official members, fewer than the rule asks for ({basis}). Ask the superior committee to assign members or to merge the cell.
    """


class TooYoung(Rejected):
    """{sentence}

    The person was too young on the day of the meeting, {on} ({basis}).
    """


class OverAgeWithoutConsent(Rejected):
    """{sentence}

    The person was over age on the day of the meeting, {on}, and the written consent of the higher committee is missing ({basis}). Obtain it first.
    """


class EducationBelowFloor(Rejected):
    """{sentence}

    The education declared is below the floor ({basis}). If an exception applies where the person lives, declare the area with its evidence.
    """


class PapersStale(Rejected):
    """{sentence}

    The papers were drawn up on {drawn_up_on} and grew stale before the meeting of {on} ({basis}). Draw them up again; certificate and biography stay.
    """


class IntroducingResolutionMissing(Rejected):
    """{sentence}

    The resolution of the introducing committee is missing ({basis}).
    """


class IntroducersMissing(Rejected):
    """{sentence}

    There are not enough introducing members ({basis}).
    """


class IntroducerTooNew(Rejected):
    """{sentence}

    An introducing member has not been together with the applicant long enough by {on} ({basis}). Assign another one or wait.
    """


class IntroducerNotHelper(Rejected):
    """Đảng viên {helper} không phải người được chi bộ phân công giúp đỡ người này. Hãy phân công ở sổ đăng ký, hoặc chọn đúng người.

    Member {helper} is not assigned to help this person. Assign them in the registry, or name the right one.
    """


class IntroducerTwice(Rejected):
    """Một đảng viên chỉ được ghi một lần trong danh sách người giới thiệu.

    One member may be named only once among the introducers.
    """

    status = 422


class TogetherLater(Rejected):
    """Ngày bắt đầu cùng công tác, học tập hoặc cư trú ({since}) sau ngày họp {on}. Hãy kiểm tra lại.

    The introducer is said to be together with the applicant since {since}, after the meeting of {on}. Check the date.
    """

    status = 422


# Counting


class NegativeNumber(Rejected):
    """{sentence}

    Members and ballots cannot be negative. Enter the numbers of the minutes.
    """

    status = 422


class NobodyMayVote(Rejected):
    """{sentence}

    Nobody remains whom the vote could be counted on. Check who is exempt or transferred.
    """


class PresentExceedsRoll(Rejected):
    """{sentence}

    {present} are said to be present, of {denominator} who count. Check the roll; probationers do not vote.
    """


class MoreBallotsThanVoters(Rejected):
    """{sentence}

    There are {ballots} ballots of {present} present who may vote. Probationers do not vote; count again by the minutes.
    """


class BallotsMissing(Rejected):
    """{sentence}

    There are {ballots} ballots of {present} present who may vote. Record all: in favour, against, abstained, invalid.
    """


class YesExceedsMembers(Rejected):
    """Số tán thành ({yes}) phải từ 0 đến tổng số uỷ viên ban thường vụ ({members}). Nhập lại theo biên bản.

    Votes in favour ({yes}) must lie between 0 and the members of the standing committee ({members}). Enter the numbers of the minutes.
    """

    status = 422


class TooFewInFavour(Rejected):
    """Mới có {yes}/{members} uỷ viên ban thường vụ tán thành, cần ít nhất {needed}. Chưa đủ để ra quyết định này.

    Only {yes} of {members} members of the standing committee are in favour, {needed} are needed. This decision cannot be made.
    """


# Committees and persons


class NotAbove(Rejected):
    """Tổ chức này không phải cấp trên của chi bộ vào ngày {on}, hoặc không ở trên cấp đã biểu quyết. Hãy chọn đúng cấp uỷ.

    This organisation is not above the cell on {on}, or not above the committee that voted. Choose the right committee.
    """


class GrassVoteNeeded(Rejected):
    """Chi bộ không trực thuộc thẳng cấp uỷ này: đảng uỷ cơ sở phải biểu quyết trước.

    The cell does not stand directly under this committee: the grassroots committee votes first.
    """


class SecondPersonNeeded(Rejected):
    """Người đã trình hoặc đã ký bước trước không được tự quyết định. Hãy nhờ người thứ hai.

    Who submitted, prepared or signed the step before may not decide. A second person is needed.
    """


class ClerkMayNotSign(Rejected):
    """Người đã nhập kết quả biểu quyết không được ký quyết định về hồ sơ này. Hãy nhờ người khác.

    Who entered a vote may not sign the decision on this dossier. Ask somebody else.
    """


class AlreadyExtended(Rejected):
    """Thời hạn đã được gia hạn một lần, không gia hạn thêm được.

    The deadline was extended once already; there is no second extension.
    """


class ExtensionTooLong(Rejected):
    """Chỉ được gia hạn từ 1 đến {most} ngày làm việc, không phải {working_days}.

    An extension is of 1 to {most} working days, not of {working_days}.
    """

    status = 422


class ReceivedWrongly(Rejected):
    """Ngày nhận quyết định {received_on} phải từ ngày ra quyết định {on} đến hôm nay. Hãy kiểm tra lại.

    The decision was received on {received_on}; that must lie between its own date {on} and today. Check the dates.
    """

    status = 422


class CalendarUnknown(Rejected):
    """{sentence}

    The calendar of working days does not reach far enough to compute the deadline. Tell the operators.
    """


# Ceremony and probation


class CeremonyLate(Rejected):
    """Lễ kết nạp ngày {on} quá hạn {due_on} mà chưa có ý kiến đồng ý của cấp uỷ cấp trên trực tiếp. Báo cáo và ghi ý kiến đồng ý trước.

    The ceremony of {on} is after its due date {due_on}, and the superior committee has not consented. Report it and record the consent first.
    """


class RecognitionBegun(Rejected):
    """Chi bộ đã biểu quyết công nhận theo ngày lễ cũ, không sửa ngày lễ được nữa. Nếu cần, đề nghị cấp uỷ xem xét huỷ quyết định.

    The cell has voted on recognition by the recorded day: the ceremony cannot be corrected any more. If it must be, ask the committee about annulling.
    """


class ProbationNotOver(Rejected):
    """Ngày {on} chưa hết thời gian dự bị (đến hết {ends_on}). Chi bộ chỉ được xét công nhận sau ngày đó.

    On {on} the probation was not over (it runs to the end of {ends_on}). The cell may consider recognition only after that day.
    """


class NewMemberCertificateMissing(Rejected):
    """Đến ngày {on} chưa nhận được giấy chứng nhận học lớp đảng viên mới. Cử đi học trước khi xét công nhận.

    No certificate of the new-member class is known by {on}. Send the member to class before recognition is considered.
    """


class StrikeOffCountUnneeded(Rejected):
    """Đã đủ số tán thành công nhận thì không biểu quyết xoá tên nữa. Hãy bỏ kết quả xoá tên.

    Enough were for recognition, so there is no vote on striking off. Leave that count out.
    """

    status = 422
