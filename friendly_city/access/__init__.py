"""Walking along the streets: network, snapping, costs, catchments, speeds by age, supply.

`reach` takes a city; `network`, `snapping`, `costs`, `catchment` and `measures` take arrays.
"""
