"""The benchmarks of `manage.py bench`: named cases, one module an area. They measure; they assert nothing about speed."""
