"""The definitions of every figure, by code and version: what is counted, from where, on which days, in words."""

from typing import Final

from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.statistics.measures import DOSSIERS, Measure
from ketnap.statistics.population import EVERYBODY, Population


@frozen
class Definition:
    """`stock`: everything up to the day counts; otherwise only what lies in the period."""

    code: str
    version: int
    title: str
    text: str
    unit_of_measure: str
    measures: tuple[Measure, ...]
    population: Population = EVERYBODY
    stock: bool = False
    late_days: int | None = None

    @property
    def name(self) -> str:
        return f"{self.code} phiên bản {self.version}"


LATE_DAYS: Final = 7

_PEOPLE = "người"


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

_ADMITTED_TEXT = "Số đảng viên có lễ kết nạp trong kỳ, tính đến hết ngày xem, trong phạm vi đơn vị. Ngày tính là ngày lễ kết nạp."

DEFINITIONS: Final[dict[str, Definition]] = {
    "admitted": Definition(
        code="KN-01",
        version=1,
        title="Kết nạp đảng viên",
        text=_ADMITTED_TEXT,
        unit_of_measure=_PEOPLE,
        measures=(Measure.ADMITTED,),
    ),
    "decided": Definition(
        code="KN-02",
        version=1,
        title="Quyết định kết nạp",
        text="Số quyết định kết nạp đảng viên ký trong kỳ, tính đến hết ngày xem. Ngày tính là ngày quyết định.",
        unit_of_measure="quyết định",
        measures=(Measure.DECIDED,),
    ),
    "admitted:late": Definition(
        code="KN-03",
        version=1,
        title=f"Lễ kết nạp ghi sổ muộn hơn {LATE_DAYS} ngày",
        text=f"Số lễ kết nạp trong kỳ được ghi sau ngày lễ hơn {LATE_DAYS} ngày.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.ADMITTED,),
        late_days=LATE_DAYS,
    ),
    "members": Definition(
        code="DV-01",
        version=1,
        title="Đảng viên",
        text="Tổng số đảng viên chính thức và dự bị đến hết ngày xem: số mở sổ, cộng kết nạp, trừ ra khỏi Đảng.",
        unit_of_measure="đảng viên",
        measures=(Measure.MEMBERS,),
        stock=True,
    ),
    "dossiers": Definition(
        code="HS-01",
        version=1,
        title="Hồ sơ đang xử lý",
        text="Số hồ sơ đã có đơn xin vào Đảng, chưa có lễ kết nạp và chưa kết thúc, đến hết ngày xem.",
        unit_of_measure="hồ sơ",
        measures=tuple(DOSSIERS.values()),
        stock=True,
    ),
    "introduced": Definition(
        code="GT-01",
        version=1,
        title="Quần chúng được giới thiệu",
        text="Số lượt giới thiệu cho chi bộ trong kỳ.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.INTRODUCED,),
    ),
    "introduced_by_mass": Definition(
        code="GT-02",
        version=1,
        title="Giới thiệu của tổ chức đoàn thể",
        text="Số lượt giới thiệu của tổ chức đoàn thể trong kỳ, tính cho tổ chức giới thiệu.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.INTRODUCED_BY_MASS,),
    ),
    "sympathisers": Definition(
        code="NG-01",
        version=1,
        title="Cảm tình Đảng",
        text="Số người trong danh sách cảm tình Đảng của chi bộ đến hết ngày xem, chưa được kết nạp.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.SYMPATHISERS,),
        stock=True,
    ),
    "sympathisers_certified": Definition(
        code="NG-02",
        version=1,
        title="Cảm tình Đảng đã có giấy chứng nhận",
        text="Trong số cảm tình Đảng, số người đã được cấp giấy chứng nhận lớp bồi dưỡng nhận thức về Đảng.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.SYMPATHISERS_CERTIFIED,),
        stock=True,
    ),
    "recognition_due": Definition(
        code="CN-01",
        version=1,
        title="Đến hạn chuyển chính thức",
        text="Số đảng viên dự bị hết 12 tháng dự bị trong kỳ, tính đến hết ngày xem.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.PROBATION_ENDING,),
    ),
    "recognised": Definition(
        code="CN-02",
        version=1,
        title="Đã chuyển chính thức",
        text="Số đảng viên được công nhận chính thức; ngày tính là ngày hết 12 tháng dự bị, dù quyết định muộn.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.RECOGNISED,),
    ),
    "recognised_in_time": Definition(
        code="CN-03",
        version=1,
        title="Chuyển chính thức đúng hạn",
        text="Trong số đã chuyển chính thức, số người được chi bộ xét trong thời hạn quy định sau 12 tháng dự bị.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.RECOGNISED_IN_TIME,),
    ),
    "struck_off": Definition(
        code="XT-01",
        version=1,
        title="Xoá tên đảng viên dự bị",
        text="Số đảng viên dự bị bị xoá tên trong kỳ.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.STRUCK_OFF,),
    ),
    "classes_held:awareness": Definition(
        code="LH-01",
        version=1,
        title="Lớp bồi dưỡng nhận thức về Đảng đã mở",
        text="Số lớp đã kết thúc trong kỳ.",
        unit_of_measure="lớp",
        measures=(Measure.AWARENESS_CLASSES_HELD,),
    ),
    "classes_planned:awareness": Definition(
        code="LH-02",
        version=1,
        title="Lớp bồi dưỡng nhận thức về Đảng theo kế hoạch",
        text="Số lớp trong kế hoạch mở lớp của kỳ.",
        unit_of_measure="lớp",
        measures=(Measure.AWARENESS_CLASSES_PLANNED,),
    ),
    "learners:awareness": Definition(
        code="LH-03",
        version=1,
        title="Giấy chứng nhận lớp nhận thức về Đảng",
        text="Số giấy chứng nhận cấp trong kỳ, tính cho chi bộ cử đi học.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.AWARENESS_CERTIFICATES,),
    ),
    "learners_planned:awareness": Definition(
        code="LH-04",
        version=1,
        title="Học viên lớp nhận thức về Đảng theo kế hoạch",
        text="Số học viên trong kế hoạch mở lớp của kỳ.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.AWARENESS_LEARNERS_PLANNED,),
    ),
    "classes_held:new_member": Definition(
        code="LH-05",
        version=1,
        title="Lớp đảng viên mới đã mở",
        text="Số lớp đã kết thúc trong kỳ.",
        unit_of_measure="lớp",
        measures=(Measure.NEW_MEMBER_CLASSES_HELD,),
    ),
    "classes_planned:new_member": Definition(
        code="LH-06",
        version=1,
        title="Lớp đảng viên mới theo kế hoạch",
        text="Số lớp trong kế hoạch mở lớp của kỳ.",
        unit_of_measure="lớp",
        measures=(Measure.NEW_MEMBER_CLASSES_PLANNED,),
    ),
    "learners:new_member": Definition(
        code="LH-07",
        version=1,
        title="Giấy chứng nhận lớp đảng viên mới",
        text="Số giấy chứng nhận cấp trong kỳ, tính cho chi bộ có đảng viên đi học.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.NEW_MEMBER_CERTIFICATES,),
    ),
    "learners_planned:new_member": Definition(
        code="LH-08",
        version=1,
        title="Học viên lớp đảng viên mới theo kế hoạch",
        text="Số học viên trong kế hoạch mở lớp của kỳ.",
        unit_of_measure=_PEOPLE,
        measures=(Measure.NEW_MEMBER_LEARNERS_PLANNED,),
    ),
}

_STEP_TITLES: Final = {
    "verification": "Hồ sơ đang thẩm tra",
    "voting": "Hồ sơ đang xét",
    "awaiting_decision": "Hồ sơ chờ quyết định",
    "awaiting_ceremony": "Hồ sơ chờ lễ kết nạp",
}


class FigureUnknown(Rejected):
    """Không có chỉ số “{figure}”.

    There is no figure “{figure}”.
    """

    status = 404


def definition(figure: str) -> Definition:
    """The definition behind the name of a figure, as pages and links write it.

    Raises:
        FigureUnknown: there is none of that name.
    """
    found = DEFINITIONS.get(figure)
    if found is not None:
        return found
    family, _, member = figure.partition(":")
    if family == "dossiers" and member in DOSSIERS:
        whole = DEFINITIONS["dossiers"]
        return Definition(
            code=whole.code,
            version=whole.version,
            title=_STEP_TITLES[member],
            text=whole.text,
            unit_of_measure=whole.unit_of_measure,
            measures=(DOSSIERS[member],),
            stock=True,
        )
    if family == "structure" and member in STRUCTURE:
        title, population = STRUCTURE[member]
        whole = DEFINITIONS["admitted"]
        return Definition(
            code=f"{whole.code}/{member}",
            version=whole.version,
            title=f"Kết nạp: {title}",
            text=f"{whole.text} Chỉ tính: {title.lower()}, theo lý lịch có hiệu lực ngày lễ.",
            unit_of_measure=whole.unit_of_measure,
            measures=whole.measures,
            population=population,
        )
    raise FigureUnknown(figure=figure)


def of_measure(measure: str, title: str, population: Population) -> Definition:
    """The definition of a plan's line: a measure, narrowed to the line's people and units."""
    whole = definition(measure)
    return Definition(
        code=whole.code,
        version=whole.version,
        title=title,
        text=whole.text,
        unit_of_measure=whole.unit_of_measure,
        measures=whole.measures,
        population=population,
        stock=whole.stock,
    )
