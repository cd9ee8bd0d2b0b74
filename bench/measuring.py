from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple

from bench.processes import Answer, Cpu, Server


class WrongAnswer(Exception):
    """The speed of a wrong answer does not matter."""


class Contender(NamedTuple):
    server: Server
    paths: list[str]
    headers: dict[str, str] = {}
    status: int = 200


def expect(is_right: bool, what: str) -> None:
    if not is_right:
        raise WrongAnswer(what)


def rounds(contenders: list[Contender], count: int) -> list[Cpu]:
    """CPU of a request of each contender: they take turns, each asks its own share of paths, medians over the turns."""
    turns: list[list[Cpu]] = [[] for _ in contenders]
    for turn in range(count):
        for contender, costs in zip(contenders, turns, strict=True):
            share = contender.paths[turn::count]
            before = contender.server.cpu()
            for path in share:
                _ask(contender, path)
            after = contender.server.cpu()
            costs.append(Cpu(*((late - early) / len(share) for early, late in zip(before, after, strict=True))))
    return [middle(costs) for costs in turns]


def each(contender: Contender, before: Callable[[], object]) -> list[Cpu]:
    """Every request measured by itself, after a call of `before`."""
    costs = []
    for path in contender.paths:
        before()
        early = contender.server.cpu()
        _ask(contender, path)
        costs.append(Cpu(*(end - start for start, end in zip(early, contender.server.cpu(), strict=True))))
    return costs


def _ask(contender: Contender, path: str) -> Answer:
    answer = contender.server.get(path, **contender.headers)
    expect(answer.status == contender.status, f"{path} answered {answer.status}, not {contender.status}")
    return answer


def middle(costs: list[Cpu]) -> Cpu:
    """The one with the median total."""
    return sorted(costs, key=lambda cost: cost.total)[len(costs) // 2]


def split(cost: Cpu) -> str:
    return f"Python {cost.python:.2f}, database {cost.database:.2f}"


def wall_ms(call: Callable[[], object], clock: Callable[[], float], times: int) -> float:
    call()
    costs: Iterable[float] = [_timed(call, clock) for _ in range(times)]
    return median(costs)


def _timed(call: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    call()
    return (clock() - began) * 1000
