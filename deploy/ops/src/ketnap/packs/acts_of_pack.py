"""What a pack does to a deployment, act by act: organisations, accounts, rolls, plans, each on its day."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from ketnap.contracts.registry import Hierarchy, Role
from ketnap.packs.acts import Act, Matching
from ketnap.packs.check_accounts import planners
from ketnap.packs.officers import NobodyMay, Officer
from ketnap.packs.pack import Pack
from ketnap.packs.shape import AllocationGiven, ChangeRow, PlanGiven, TargetGiven, UnitRow
from ketnap.packs.units import CELLS
from ketnap.statistics.allocation import allocation_id

NAMED = 3  # members of a cell that a sample knows by name: two who help, one who verifies


class ActsOfPack:
    """By day; what needs something of an earlier day finds it done."""

    def __init__(self, pack: Pack, issuer: str) -> None:
        """`issuer`: of the tokens that the accounts sign in with."""
        self._pack = pack
        self._issuer = issuer
        self._versions: dict[UUID, int] = {}
        self._board = pack.officers.administrators(pack.province.root)[0]
        self._second = pack.officers.administrators(pack.province.root)[1]

    def all(self) -> list[Act]:
        """In the order of their days."""
        acts = [
            *self._instruments(),
            *self._units(),
            *self._accounts(),
            *self._rolls(),
            *self._changes(),
            *self._plans(),
            *self._class_lines(),
        ]
        return sorted(acts, key=lambda act: act.day)

    # -- When the deployment opens

    def _instruments(self) -> Iterator[Act]:
        """All at once: the register may hold what will be issued later, and refers by key."""
        for row in self._pack.contents.instruments:
            body = {
                "issuer": row.issuer,
                "type": row.type,
                "number": row.number,
                "dated": row.dated,
                "title": row.title,
                "cites": [self._pack.instruments[cited].key for cited in row.cites],
            }
            yield self._opening(f"instrument {row.id}", "registry", "/instruments", body, "any", method="PUT")

    def _units(self) -> Iterator[Act]:
        ids = self._pack.ids
        for row in self._pack.units.in_order():
            if row.code == self._pack.province.root:
                self._versions[ids.unit(row.code)] = 1
                continue
            body = {
                "kind": row.kind,
                "hierarchy": row.hierarchy,
                "parent": ids.unit(row.parent) if row.parent else None,
                "code": row.code,
                "name": row.name,
                "on": row.since,
                "sector": row.sector,
                "school_level": row.school_level,
                "institution": ids.unit(row.institution) if row.institution else None,
                "instrument": self._pack.instrument(row.instrument),
            }
            needs = [
                f"unit {code}"
                for code in (row.parent, row.institution)
                if code and code != self._pack.province.root
            ]
            unit = ids.unit(row.code)
            yield self._opening(
                f"unit {row.code}", "registry", f"/units/{unit}/found", body, "new", needs=needs
            )
            self._versions[unit] = 1

    def _accounts(self) -> Iterator[Act]:
        ids = self._pack.ids
        first = {
            officer.sign_in for officer in self._pack.officers.administrators(self._pack.province.root)[:2]
        }
        for officer in self._pack.officers.all:
            opened = f"account {officer.sign_in}"
            grants = [
                g for g in officer.grants if not (officer.sign_in in first and g.role == Role.ADMINISTRATOR)
            ]
            if officer.sign_in not in first:
                body = {"person": officer.person_id, "issuer": self._issuer, "subject": str(officer.account)}
                yield self._opening(opened, "registry", f"/accounts/{officer.account}/open", body, "new")
            before = opened
            for n, grant in enumerate(grants, 2 if officer.sign_in in first else 1):
                given: dict[str, object] = {
                    "grant": ids.grant(officer.sign_in, grant.role, grant.unit),
                    "role": grant.role,
                    "unit": ids.unit(grant.unit),
                    "valid_from": self._pack.units[self._pack.province.root].since,
                }
                key = f"grant {officer.sign_in} {grant.role} {grant.unit}"
                yield self._opening(
                    key,
                    "registry",
                    f"/accounts/{officer.account}/grant",
                    given,
                    "version",
                    version=n,
                    needs=[before, f"unit {grant.unit}"],
                    officer=self._second if officer == self._board else None,
                )
                before = key

    def _rolls(self) -> Iterator[Act]:
        for row in self._pack.units:
            if row.kind not in CELLS or row.official is None or row.roll_on is None:
                continue
            named = [
                {"person": person, "status": "official", "since": row.since}
                for person in named_members(self._pack, row)
            ]
            body = {
                "official": row.official,
                "probationary": row.probationary or 0,
                "named": named,
                "on": row.roll_on,
            }
            officer = self._above(row.code)
            path = f"/rolls/{self._pack.ids.unit(row.code)}/open"
            needs = [f"unit {row.code}", *_keys_of_grants(officer)]
            yield self._opening(
                f"roll {row.code}", "registry", path, body, "new", needs=needs, officer=officer
            )

    def _above(self, cell: str) -> Officer:
        """Who opens the roll of a cell: its grassroots committee, or the board above."""
        try:
            return self._pack.officers.who(Role.GRASSROOTS_COMMITTEE, cell)
        except NobodyMay:
            return self._pack.officers.who(Role.ORGANISATION_BOARD, cell)

    # -- Later changes

    def _changes(self) -> Iterator[Act]:
        ids = self._pack.ids
        for n, row in enumerate(self._pack.contents.changes):
            unit = ids.unit(row.into if row.change == "merge" and row.into else row.unit)
            version = self._versions.get(unit, 1)
            self._versions[unit] = version + 1
            yield Act(
                key=f"change {n} {row.change} {row.unit} {row.on}",
                day=row.on,
                officer=self._board,
                service="registry",
                path=f"/units/{unit}/{row.change}",
                body=self._change(row),
                matching="version",
                version=version,
                needs=(f"unit {row.unit}",),
                patient=True,
            )

    def _change(self, row: ChangeRow) -> dict[str, Any]:  # Any: JSON
        ids = self._pack.ids
        body: dict[str, Any] = {"on": row.on}  # Any: JSON
        if row.change != "reclassify":
            body["instrument"] = self._pack.instrument(row.instrument)
        match row.change:
            case "rename":
                body["name"] = row.name
            case "move":
                body["parent"] = ids.unit(row.parent or "")
            case "merge":
                body["predecessors"] = [ids.unit(row.unit)]
            case _:
                body |= {"sector": row.sector, "school_level": row.school_level}
        return body

    # -- Plans

    def _plans(self) -> Iterator[Act]:
        for plan in self._pack.contents.plans:
            drafts, issues = planners(self._pack.units, plan.unit)
            author = self._pack.officers.who(drafts, plan.unit)
            signer = self._pack.officers.who(issues, plan.unit, but=author)
            yield from self._plan(plan, author, signer)
            yield from self._unit_plans(plan)
            for n, allocation in enumerate(plan.allocations):
                yield from self._allocation(plan, allocation, n)

    def _plan(self, plan: PlanGiven, author: Officer, signer: Officer) -> Iterator[Act]:
        id = self._pack.ids.plan(plan.id)
        name = f"plan {plan.id}"
        unit = self._pack.ids.unit(plan.unit)
        drafting = {
            "unit": unit,
            "title": plan.title,
            "period_from": plan.since,
            "period_until": plan.until,
            "curve": list(plan.curve),
            "unit_plans_due": plan.unit_plans_due,
        }
        steps: list[tuple[str, Officer, date, dict[str, Any]]] = [  # Any: JSON
            ("draft", author, plan.drafted_on, drafting),
            *(("state-target", author, plan.drafted_on, self._target(target)) for target in plan.targets),
            ("submit", author, plan.issued_on, {}),
            ("issue", signer, plan.issued_on, self._issuing(plan)),
        ]
        before: tuple[str, ...] = (f"unit {plan.unit}", *_keys_of_grants(author), *_keys_of_grants(signer))
        for version, (verb, officer, day, body) in enumerate(steps):
            key = name if verb == "issue" else f"{name} {verb} {version}"
            matching: Matching = "version" if version else "new"
            yield Act(
                key=key,
                day=day,
                officer=officer,
                service="statistics",
                path=f"/plans/{id}/{verb}",
                body=body,
                matching=matching,
                version=version,
                needs=before,
                patient=True,
            )
            before = (key,)

    def _issuing(self, plan: PlanGiven) -> dict[str, Any]:  # Any: JSON
        return {"instrument": self._pack.instrument(plan.instrument), "on": plan.issued_on}

    def _target(self, target: TargetGiven) -> dict[str, Any]:  # Any: JSON
        return {
            "line": target.line,
            "title": target.title,
            "kind": target.kind,
            "measure": target.measure,
            "strictness": target.strictness,
            "include": {name: list(words) for name, words in target.include.items()},
            "exclude": {name: list(words) for name, words in target.exclude.items()},
            "value": target.value,
            "percent": target.percent,
            "percent_until": target.percent_until,
            "base": target.base,
            "base_on": target.base_on,
            "base_text": target.base_text,
            "each_include": {name: list(words) for name, words in target.each.items()},
            "part_of": target.part_of,
            "exclusive": target.exclusive,
            "rounding": target.rounding,
            "decimals": target.decimals,
            "allocable": target.allocable,
            "bases": [
                {
                    "instrument": self._pack.instrument(basis.instrument),
                    "text": basis.text,
                    "source": self._place(target),
                }
                for basis in target.bases
            ],
        }

    def _place(self, target: TargetGiven) -> str:
        """Where the figure stands, in words; empty for a sample."""
        for document in self._pack.province.documents:
            if document.id == target.source.document:
                dated = document.dated.strftime("%d/%m/%Y") if document.dated else document.when
                return f"{document.title} ({document.issuer}, {dated}), {target.source.place}"
        return ""

    def _unit_plans(self, plan: PlanGiven) -> Iterator[Act]:
        id = self._pack.ids.plan(plan.id)
        for row in self._pack.contents.quotas:
            if row.plan != plan.id or row.sent_on is None:
                continue
            officer = self._planner(row.unit)
            yield Act(
                key=f"unit plan {plan.id} {row.unit}",
                day=row.sent_on,
                officer=officer,
                service="statistics",
                path=f"/plans/{id}/units/{self._pack.ids.unit(row.unit)}/send",
                body={"proposed": row.proposed, "on": row.sent_on},
                matching="any",
                needs=(f"plan {plan.id}", *_keys_of_grants(officer)),
                sees=f"plan {plan.id}",
                patient=True,
            )

    def _planner(self, unit: str) -> Officer:
        """Who sends a unit's own plan: its committee, or the board above."""
        if self._pack.units[unit].hierarchy == Hierarchy.MASS:
            return self._pack.officers.who(Role.MASS_ORGANISATION, unit)
        return self._above(unit)

    def _allocation(self, plan: PlanGiven, allocation: AllocationGiven, n: int) -> Iterator[Act]:
        drafts, issues = planners(self._pack.units, allocation.giver)
        author = self._pack.officers.who(drafts, allocation.giver)
        signer = self._pack.officers.who(issues, allocation.giver, but=author)
        ids = self._pack.ids
        giver = ids.unit(allocation.giver)
        id = allocation_id(ids.plan(plan.id), allocation.line, giver)
        name = f"allocation {plan.id} {n}"
        version = self._versions.get(id, 0)
        self._versions[id] = version + 3
        rows = self._pack.quotas(plan.id, allocation.line, allocation.decision)
        prepared = {
            "shares": {str(ids.unit(row.unit)): row.quota for row in rows},
            "reserve": allocation.reserve,
            "over": allocation.over.model_dump() if allocation.over else None,
        }
        decided = {"decision": allocation.decision, "on": allocation.on, "reason": allocation.reason}
        preparing = f"/plans/{ids.plan(plan.id)}/lines/{allocation.line}/units/{giver}/prepare"
        seen = f"plan {plan.id}" if n == 0 else f"allocation {plan.id} {n - 1}"
        steps: Sequence[tuple[str, Officer, str, dict[str, Any], Matching]] = (  # Any: JSON
            (f"{name} prepare", author, preparing, prepared, "any"),
            (f"{name} submit", author, f"/allocations/{id}/submit", {}, "version"),
            (name, signer, f"/allocations/{id}/issue", decided, "version"),
        )
        before = seen
        for step, (key, officer, path, body, matching) in enumerate(steps):
            yield Act(
                key=key,
                day=allocation.on,
                officer=officer,
                service="statistics",
                path=path,
                body=body,
                matching=matching,
                version=version + step,
                needs=(before, *_keys_of_grants(officer)),
                sees=seen if step == 0 else None,
                patient=True,
            )
            before = key

    def _class_lines(self) -> Iterator[Act]:
        for line in self._pack.contents.class_lines:
            officer = self._pack.officers.who(Role.ORGANISATION_BOARD, line.owner)
            yield Act(
                key=f"class line {line.id}",
                day=max(line.on, self._pack.province.opens_on),
                officer=officer,
                service="training",
                path=f"/class-plan/{self._pack.ids.class_line(line.id)}/plan",
                body={
                    "owner": self._pack.ids.unit(line.owner),
                    "programme": line.programme,
                    "year": line.year,
                    "classes": line.classes,
                    "learners": line.learners,
                    "on": line.on,
                    "instrument": self._pack.instrument(line.instrument),
                    "reason": self._late(line.on),
                },
                matching="new",
                needs=(f"unit {line.owner}", *_keys_of_grants(officer)),
                patient=True,
            )

    def _late(self, day: date) -> str | None:
        return LATE if day < self._pack.province.opens_on else None

    def _opening(
        self,
        key: str,
        service: str,
        path: str,
        body: dict[str, Any],  # Any: JSON
        matching: Matching,
        *,
        version: int = 0,
        needs: Sequence[str] = (),
        officer: Officer | None = None,
        method: str = "POST",
    ) -> Act:
        return Act(
            key=key,
            day=self._pack.province.opens_on,
            officer=officer or self._board,
            service=service,
            path=path,
            body=body,
            matching=matching,
            version=version,
            needs=tuple(needs),
            patient=True,
            method="PUT" if method == "PUT" else "POST",
        )


LATE = "Nhập số liệu ban đầu khi mở hệ thống"


def named_members(pack: Pack, row: UnitRow) -> list[UUID]:
    """Members of a sample's cell who are known by id; a pack of real data names nobody."""
    if pack.contents.simulation is None or not pack.province.sample:
        return []
    return [pack.ids.member(row.code, n) for n in range(min(NAMED, row.official or 0))]


def _keys_of_grants(officer: Officer) -> tuple[str, ...]:
    return tuple(f"grant {officer.sign_in} {grant.role} {grant.unit}" for grant in officer.grants)
