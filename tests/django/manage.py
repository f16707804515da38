#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small Django application with the tables that fmferry's catalogue writes; its people are made up.

    FMF_DJANGO_DATABASE=sqlite:////tmp/app.db tests/django/manage.py migrate

tests/e2e/django_test.py asks it what it finds. It knows nothing of fmferry.
"""
import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
execute_from_command_line(sys.argv)
