"""What a report and a page say of a plan of sites: what it gives, how good it is at best, what else there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.i18n import Speech, words
from planner.i18n.words import N_
from planner.report.chapters import Cell, Chapter, Column, Part, subject
from planner.results import Plan, Replacement, SharedSites, State, YearlySites
from planner.standards.model import in_language

MODELS = {
    "mclp": N_("most people with so many sites"),
    "lscp": N_("fewest sites that meet the standard"),
    "p-median": N_("least travel"),
    "p-center": N_("fairest: least worst case"),
}
"""The models in a planner's words."""

_NAMES_SHOWN = 8


def siting_chapter(found: Sequence[Plan | YearlySites | SharedSites], say: Speech) -> Chapter:
    """Return the chapter on sites: a part for every service of every plan."""
    return Chapter(
        id="siting",
        heading=say("Siting"),
        notes=(
            say(
                "Sites are chosen among candidates by an exact method. Proven means that no other choice is better "
                "under the same terms; where a search was ended, the bound says how much better one could be at most. "
                "Every plan is checked against the data by separate code before it is shown."
            ),
        ),
        columns=(*site_columns(say), Column(say("Cost"), "number")),
        parts=tuple(part for one in found for part in _parts(one, say)),
    )


def _parts(found: Plan | YearlySites | SharedSites, say: Speech) -> Iterator[Part]:
    if isinstance(found, YearlySites):
        yield _part(found.plan, say, yearly_sentences(found, say))
    elif isinstance(found, SharedSites):
        together = shared_sentences(found, say)
        for number, plan in enumerate(found.plans):
            yield _part(plan, say, together if number == 0 else (), alone=False)
    else:
        yield _part(found, say)


def _part(plan: Plan, say: Speech, further: Sequence[str] = (), *, alone: bool = True) -> Part:
    """Return what is told of a plan; where it is not `alone`, its certificate is that of the whole."""
    name = in_language(plan.service_name, say.language)
    measure = plan.standard.measure
    certified = (*plan_sentences(plan, say), certificate(plan, say)) if alone else (outcome(plan, say),)
    said = words.threshold(say, measure) if measure else ""
    return Part(
        subject=subject(name, proxy=plan.proxy, modelled=plan.modelled),
        sentences=(
            say("Planned for: {standard} ({threshold}); model: {model}.", threshold=said, model=say(MODELS[plan.model]),
                standard=in_language(plan.standard.title, say.language)),
            *certified,
            *further,
            *cost_sentences(plan, say),
            *council_sentences(plan, say),
            *(words.told(say, template, values) for template, values in plan.remarks),
        ),
        rows=tuple((*row, cost) for row, cost in zip(site_rows(plan, say), _costs(plan), strict=True)),
    )  # fmt: skip


def certificate(plan: Plan, say: Speech) -> str:
    """Return the objective with the bound that no plan under these terms can pass, and the gap between them."""
    return say(
        "Certificate: objective {objective}, bound {bound}, gap {gap}.",
        objective=_amount(plan, plan.objective, say),
        bound=_amount(plan, plan.bound, say),
        gap=say.percent(plan.gap),
    )


def cost_sentences(plan: Plan, say: Speech) -> tuple[str, ...]:
    """Return what the new sites cost together, and whose price that is; nothing where none opens."""
    if plan.money is None:
        return ()
    assumed, counted = plan.terms.get("assumed_price"), plan.terms.get("priced")
    told = [say("The new sites cost {money} together.", money=say.number(plan.money, 1))]
    if plan.terms.get("budget") is not None:
        told.append(say("Budget: {budget}.", budget=say.number(float(plan.terms["budget"]), 1)))
    # Where money was counted the plan itself remarks on it.
    if assumed is not None and not counted:
        told.append(
            words.told(
                say,
                "A site is taken to cost {price}, in conditional units; give your own price.",
                {"price": f"{assumed:g}"},
            )
        )
    return tuple(told)


def yearly_sentences(found: YearlySites, say: Speech) -> tuple[str, ...]:
    """Return what opens in each year, how many are covered by then, and how good the years are together."""
    told = []
    for number, year in enumerate(found.years, start=1):
        names = ", ".join(in_language(found.plan.sites[i].name, say.language) for i in year.opened) or "—"
        told.append(
            say(
                "Year {year}: {names}; {people} people are covered by the standard then.",
                year=number,
                names=names,
                people=say.number(year.people),
            )
        )
    gap = say.percent(found.gap)
    told.append(
        say("The order of the years is proven: no other is better for all years together.")
        if found.proven
        else say("The order of the years is not proven: another could be better by {gap} at most.", gap=gap)
    )
    return tuple(told)


def shared_sentences(found: SharedSites, say: Speech) -> tuple[str, ...]:
    """Return which services share which building, what all of it costs and what sharing saves."""
    names = {plan.service: in_language(plan.service_name, say.language) for plan in found.plans}
    shared = [
        f"{in_language(b.name, say.language)}: {', '.join(names[s] for s in b.services)}"
        for b in found.buildings
    ]
    told = [say("Buildings and what is in them: {list}.", list="; ".join(shared))] if shared else []
    told.append(
        say(
            "All services together: {money} money, {saved} saved by sharing.",
            money=say.number(found.money, 1),
            saved=say.number(found.saved, 1),
        )
    )
    told.append(
        say("Proven: no other choice is better under these terms.")
        if found.proven
        else say("Not proven: another choice could be better by {gap} at most.", gap=say.percent(found.gap))
    )
    return tuple(told)


def site_columns(say: Speech, plan: Plan | None = None) -> tuple[Column, ...]:
    """Return the columns of :func:`site_rows`: those of one plan, or such as fit the rows of any."""
    unit = None if plan is None else words.unit(say, "km" if plan.unit == "m" else plan.unit)
    return (
        Column(say("Site")),
        Column(say("New")),
        Column(say("Newly covered"), "people"),
        Column(say("People it serves"), "people"),
        Column(say("If it is left out")),
        Column(say("Mean way, {unit}", unit=unit) if unit else say("Mean way, min or km"), "number"),
    )


def site_rows(plan: Plan, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each new site, those that gain most first, then for those that stand and serve somebody."""
    without = {one.without: one for one in plan.evidence.replacements} if plan.evidence else {}
    return tuple(
        (
            in_language(plan.sites[i].name, say.language),
            say("yes") if plan.sites[i].new else say("no"),
            plan.sites[i].gained,
            plan.sites[i].served,
            _left_out(plan, without[i], say) if i in without else "",
            _in_km(plan, plan.sites[i].mean_cost),
        )
        for i in _told(plan)
    )


def _told(plan: Plan) -> list[int]:
    """Return the sites that have a row, in the order of the rows."""
    new = sorted(plan.new, key=lambda i: (-plan.sites[i].gained, -plan.sites[i].served, i))
    old = [i for i, site in enumerate(plan.sites) if not site.new and site.served > 0]
    return [*new, *sorted(old, key=lambda i: (-plan.sites[i].served, i))]


def _costs(plan: Plan) -> list[float | None]:
    return [plan.sites[i].money for i in _told(plan)]


def _in_km(plan: Plan, cost: float) -> float | None:
    if cost != cost:
        return None
    return cost / 1000.0 if plan.unit == "m" else cost


def plan_sentences(plan: Plan, say: Speech) -> tuple[str, ...]:
    """Return what a reader has to know: the outcome, the proof, the runner-up, the last site's worth."""
    return (outcome(plan, say), proof(plan, say), *evidence_sentences(plan, say))


def outcome(plan: Plan, say: Speech) -> str:
    """Return what the plan gives."""
    before, after = plan.people(State.COVERED, after=False), plan.people(State.COVERED)
    told = {
        "sites": say.plural("{count} new site", "{count} new sites", len(plan.new)),
        "before": say.number(before),
        "after": say.number(after),
    }
    if plan.closed:
        told["closed"] = say.plural(
            "{count} service point closes", "{count} service points close", len(plan.closed)
        )
    if plan.closed and not plan.new:
        return say("{closed}: {after} people are covered by the standard then, {before} are now.", **told)
    if plan.model == "lscp":
        if not plan.new:
            return say("No new site is needed: {after} people are covered by the standard.", **told)
        return say(
            "Needed: {sites}. {after} people are covered by the standard then, {before} are now.", **told
        )
    if plan.model == "mclp":
        return say("With {sites}, {after} people are covered by the standard, {before} are now.", **told)
    if plan.model == "p-median":
        told["mean"] = words.quantity(say, plan.mean_cost(), plan.unit)
        return say(
            "With {sites}, the mean way is {mean}; {after} people are covered by the standard, {before} are now.",
            **told,
        )
    told["worst"] = words.quantity(say, plan.worst_cost(), plan.unit)
    return say(
        "With {sites}, nobody who can be reached has farther than {worst}; {after} people are covered by the standard, "
        "{before} are now.",
        **told,
    )


def proof(plan: Plan, say: Speech) -> str:
    """Return how good the plan is at best."""
    if plan.proven:
        return say("Proven: no other choice is better under these terms.")
    return say(
        "Not proven: the search was ended. The plan gives {objective}, no choice more than {bound} (gap {gap})."
        if plan.model == "mclp"
        else "Not proven: the search was ended. The plan takes {objective}, no choice less than {bound} (gap {gap}).",
        objective=_amount(plan, plan.objective, say),
        bound=_amount(plan, plan.bound, say),
        gap=say.percent(plan.gap),
    )


def _amount(plan: Plan, value: float, say: Speech) -> str:
    """Return an objective as a reader takes it: people, sites, money, the mean or the worst way."""
    if plan.model == "p-center":
        return words.quantity(say, value, plan.unit)
    if plan.model == "p-median":
        people = float(plan.places.population[plan.site >= 0].sum())
        return words.quantity(say, value / people if people else value, plan.unit)
    return say.number(value)


def evidence_sentences(plan: Plan, say: Speech) -> tuple[str, ...]:
    """Return the certificate beside the bound in a few sentences; none where it was not asked for."""
    found, told = plan.evidence, []
    if found is None:
        return ()
    best = found.runner_up
    if best is not None:
        told.append(_runner_up(plan, best, say))
    last, following = found.gained(len(plan.new)), found.gained(len(plan.new) + 1)
    if plan.new and last is not None and plan.model in ("mclp", "lscp"):
        told.append(
            say(
                "The last of the sites is worth {last}; one more would be worth {following}."
                if following is not None
                else "The last of the sites is worth {last}.",
                last=_people(last, say),
                following=_people(following or 0.0, say),
            )
        )
    if found.forced:
        names = [in_language(plan.sites[i].name, say.language) for i in found.forced]
        shown = ", ".join(names[:_NAMES_SHOWN]) + (
            f" (+{len(names) - _NAMES_SHOWN})" if len(names) > _NAMES_SHOWN else ""
        )
        told.append(say("In every best plan: {names}.", names=shown))
    if not found.complete:
        told.append(say("Not all alternatives could be compared in the time given."))
    return tuple(told)


def _runner_up(plan: Plan, best: Replacement, say: Speech) -> str:
    without = in_language(plan.sites[best.without].name, say.language)
    instead = ", ".join(in_language(name, say.language) for name in best.instead[:3])
    values = {"without": without, "instead": instead or "—", "price": _price(plan, best, say)}
    return say("Runner-up: {instead} in place of {without} — {price}.", **values)


def _left_out(plan: Plan, one: Replacement, say: Speech) -> str:
    """Return what doing without a site costs, as it stands alone in a table."""
    return say("another choice is as good") if _free(plan, one) else _price(plan, one, say)


def _free(plan: Plan, one: Replacement) -> bool:
    return one.possible and one.loss <= 1e-9 * max(1.0, abs(plan.objective))


def _price(plan: Plan, one: Replacement, say: Speech) -> str:
    """Return what doing without a site costs."""
    if not one.possible:
        return say("nothing else would do")
    if _free(plan, one):
        return say("just as good")
    if plan.model == "mclp":
        return say.plural("{count} person fewer covered", "{count} people fewer covered", one.loss)
    if plan.model == "lscp":
        return say("{count} sites more", count=say.number(one.loss)) if not plan.terms.get("priced") else say(
            "{count} more money", count=say.number(one.loss, 1)
        )  # fmt: skip
    if plan.model == "p-center":
        return say("worst way {more} longer", more=words.quantity(say, one.loss, plan.unit))
    return say(
        "{people} go farther, {more} on the average of all",
        people=_people(one.worse_off, say),
        more=_amount(plan, one.loss, say),
    )


def council_sentences(plan: Plan, say: Speech) -> tuple[str, ...]:
    """Return which councils gain and lose most; nothing in a district without councils."""
    rows = plan.councils() if len(plan.zones) else ()
    gain = [f"{_zone(plan, z, say)} {say.number(g)}" for z, g, _ in rows if g > 0][:_NAMES_SHOWN]
    lose = [f"{_zone(plan, z, say)} {say.number(lost)}" for z, _, lost in rows if lost > 0][:_NAMES_SHOWN]
    return (
        *((say("Newly covered people by council: {list}.", list="; ".join(gain)),) if gain else ()),
        *((say("People who lose the standard by council: {list}.", list="; ".join(lose)),) if lose else ()),
    )


def _zone(plan: Plan, zone: int, say: Speech) -> str:
    return in_language(plan.zones.names[zone], say.language) if zone >= 0 else say("in no council")


def _people(count: float, say: Speech) -> str:
    return say.plural("{count} person", "{count} people", count)
