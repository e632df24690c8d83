"""The rules that a command is judged by: every known rule pack with its days, and the province's working days."""

from collections.abc import Sequence
from datetime import date

from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.rules.pack import packs
from ketnap.rules.rule_pack import RulePack
from ketnap.rules.workdays import Calendar, national_calendar


class NoRules(Rejected):
    """Chưa có bộ quy tắc cho ngày {on}. Hãy kiểm tra lại ngày; nếu ngày đúng, báo bộ phận vận hành bổ sung bộ quy tắc.

    No rule pack covers the day {on}. Check the date; if it is right, ask the operators to add the rule pack.
    """


class RulesLost(Rejected):
    """Bản phần mềm này thiếu bộ quy tắc {pack} đã dùng khi ra quyết định. Hãy báo bộ phận vận hành.

    This software lacks the rule pack {pack} that an earlier decision used. Tell the operators.
    """


@frozen
class Rulebook:
    """A value: it travels in the commands like every other outside fact."""

    packs: Sequence[RulePack]
    calendar: Calendar

    def on(self, day: date) -> RulePack:
        """The newest version of the pack in force on the day.

        Raises:
            NoRules
        """
        in_force = [pack for pack in self.packs if pack.in_force_on(day)]
        if not in_force:
            raise NoRules(on=day)
        return max(in_force, key=lambda pack: pack.version)

    def named(self, name: str) -> RulePack:
        """The very pack that an event names.

        Raises:
            RulesLost
        """
        found = next((pack for pack in self.packs if pack.name == name), None)
        if found is None:
            raise RulesLost(pack=name)
        return found


def national(calendar: Calendar | None = None) -> Rulebook:
    """Every pack of the software; without a calendar of the province the national holidays count."""
    return Rulebook(packs=packs(), calendar=calendar or national_calendar())
