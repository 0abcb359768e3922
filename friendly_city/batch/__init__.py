"""Running notebooks over all communities: jobs, fingerprints, result files, manifest."""
