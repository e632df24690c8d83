"""Ids of what a pack names: the same on every machine and at every run, so that loading twice changes nothing."""

from uuid import NAMESPACE_URL, UUID, uuid5


class Ids:
    """Of one deployment."""

    def __init__(self, province: str) -> None:
        self._space = uuid5(NAMESPACE_URL, f"urn:ketnap:pack:{province}")

    def unit(self, code: str) -> UUID:
        return uuid5(self._space, f"unit {code}")

    def account(self, sign_in: str) -> UUID:
        """Also the subject of the account's tokens."""
        return uuid5(self._space, f"account {sign_in}")

    def person(self, sign_in: str) -> UUID:
        """Who holds an account."""
        return uuid5(self._space, f"person {sign_in}")

    def member(self, unit: str, number: int) -> UUID:
        """A member known by name on the roll that a cell opens with."""
        return uuid5(self._space, f"member {unit} {number}")

    def grant(self, sign_in: str, role: str, unit: str) -> UUID:
        return uuid5(self._space, f"grant {sign_in} {role} {unit}")

    def plan(self, id: str) -> UUID:
        return uuid5(self._space, f"plan {id}")

    def class_line(self, id: str) -> UUID:
        return uuid5(self._space, f"class line {id}")

    def command(self, key: str, digest: str) -> UUID:
        """Of a command: another content is another command."""
        return uuid5(self._space, f"command {key} {digest}")

    def of(self, what: str) -> UUID:
        """Of whatever else bears a name of its own."""
        return uuid5(self._space, what)
