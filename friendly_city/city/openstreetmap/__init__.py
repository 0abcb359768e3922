"""A city folder from an extract of OpenStreetMap, read from the disk with no network (extra ``osm``)."""

from friendly_city.city.openstreetmap.folder import Made, make_city
from friendly_city.city.openstreetmap.wanted import Wanted

__all__ = ["Made", "Wanted", "make_city"]
