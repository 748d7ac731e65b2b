"""Claims in: the visit model (`visit`) and its readers (`read`, `from_json`, `from_csv`, `from_x12`, `treatment_log`).

Owns: turning files and mappings into visits, and saying what could not be read and where.
Never: judges a visit by a policy; knows nothing of the policy language.
"""
