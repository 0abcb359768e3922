"""What is known of a city: registers, geometry and streets in a folder, read, checked and put together.

`load` reads a folder; `model.City` is what comes out; `dictionary.yaml` says what may stand in one; `descriptor` writes its
``datapackage.json``; `demo` makes the demonstration city. What is asked of a city is the business of `standards`; how well
it does, of `audit`.
"""
