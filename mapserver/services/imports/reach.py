"""What of a file lies where its sender may not write: such rows are refused, the others go."""

from mapserver.domain.areas import VILLAGE
from mapserver.domain.problems import Problem
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.services.areas import gazetteer
from mapserver.services.imports.plan import Plan, PlannedRow
from mapserver.store.store import Session


def within_reach(session: Session, layer: Layer, plan: Plan) -> Plan:
    """Return the plan with rows of villages where the sender writes nothing refused."""
    if session.scope.is_program:
        return plan
    reach = session.scope.reach(layer, Right.WRITE)
    if session.town in reach:
        return plan
    villages = {area[:VILLAGE] for area in reach}
    names = gazetteer(session).villages

    def refused(row: PlannedRow) -> PlannedRow:
        village = row.place.village
        if row.outcome == "refused" or village is None or village in villages:
            return row
        problem = Problem("village-beyond-reach", params={"village": names.get(village, village)})
        return PlannedRow(row.row, row.place, "refused", (problem, *row.problems))

    return Plan(tuple(map(refused, plan.rows)), plan.houses, plan.sequence)
