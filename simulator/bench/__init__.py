"""The benchmarks of `manage.py bench`: named cases, one module an area. They measure, and assert nothing on speed."""
