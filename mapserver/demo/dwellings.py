"""Houses as records, with the faults that a real register has.

A few doors have no point yet, some of them because their address never reached the door;
a few points lie beyond the town's border; a few houses name another grid than the one
they stand in. Each kind fills one of the lists a village has to work through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from shapely import Point
from shapely.geometry.base import BaseGeometry

from mapserver.demo.addresses import Door
from mapserver.demo.areas import Areas
from mapserver.demo.ground import places
from mapserver.demo.households import Household, days_before
from mapserver.demo.houses import House
from mapserver.demo.people import Home
from mapserver.demo.records import AS_OF, Record, Value
from mapserver.demo.seeds import Seed
