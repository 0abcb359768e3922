"""Why a finding is as it is, in one plain sentence each in Chinese and English.

`words` makes the parts of speech, `rated` the sentences of ratings by kind, `unrated` those of no_data and
not_applicable, `sentences` chooses.
"""
