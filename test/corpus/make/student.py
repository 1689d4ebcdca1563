"""Quantiles of Student's t and paired intervals by SciPy, for test/unit/analysis/experiments."""
from scipy import stats

for degrees in (1, 2, 3, 4, 7, 9, 29, 200):
    print(f"  [{degrees}, {float(stats.t.ppf(0.975, degrees))!r}, {float(stats.t.ppf(0.995, degrees))!r}],")
left, right = [0.971, 0.968, 0.975, 0.97], [0.962, 0.966, 0.964, 0.961]
found = stats.ttest_rel(left, right)
print(found.confidence_interval(0.95))
