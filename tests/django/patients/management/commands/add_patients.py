# SPDX-License-Identifier: Apache-2.0
import json
import sys

from django.core.management.base import BaseCommand
from django.db import transaction
from patients.models import Patient


class Command(BaseCommand):
    help = "Adds patients from stdin, a JSON object of fields a line; Django makes the ids."

    @transaction.atomic
    def handle(self, *args, **options):
        for line in sys.stdin:
            patient = Patient(**json.loads(line))
            patient.full_clean()
            patient.save()
