"""Pages, charts and maps: everything people look at. Draws on the result of an audit and computes no rating itself."""
