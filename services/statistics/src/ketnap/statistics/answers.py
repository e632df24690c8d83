"""Answers that were made already: a page is a pure function of its standpoint and the position it knows."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

MOST = 32 * 2**20  # bytes


class Answers:
    """Makes each answer once, for all who ask at the same time too; what was asked for last stays.

    Whoever asks has been let in before: the key says what is asked, not who asks.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._size = 0
        self._made: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, asyncio.Future[bytes]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> bytes:
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        if key in self._making:
            return await asyncio.shield(self._making[key])
        making: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._making[key] = making
        try:
            answer = await make()
        except BaseException as error:
            making.set_exception(error if isinstance(error, Exception) else GivenUp())
            making.exception()  # whoever waits is told; nobody waiting is no error
            raise
        else:
            making.set_result(answer)
            self._keep(key, answer)
            return answer
        finally:
            del self._making[key]

    def _keep(self, key: Hashable, answer: bytes) -> None:
        self._made[key] = answer
        self._size += len(answer)
        while self._size > self._most:
            _, gone = self._made.popitem(last=False)
            self._size -= len(gone)


class GivenUp(Exception):
    """Who was making the answer went away."""
