# SPDX-License-Identifier: Apache-2.0
import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from images.models import Batch, Image
from patients.models import Patient


def fields_of(row):
    """All columns of a row, and what Django's own validation has against it."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    try:
        row.full_clean()
        fields["invalid"] = None
    except ValidationError as error:
        fields["invalid"] = error.message_dict
    return fields


class Command(BaseCommand):
    help = "Prints what can be reached from the patients, a line each, and last how many rows there are at all."

    def handle(self, *args, **options):
        connection.check_constraints()
        for patient in Patient.objects.order_by("pk"):
            batches = [{**fields_of(batch), "images": [fields_of(image) for image in batch.images.all()]}
                       for batch in patient.batches.order_by("name", "pk")]
            self.print({**fields_of(patient), "batches": batches})
        self.print({"patients": Patient.objects.count(), "batches": Batch.objects.count(),
                    "images": Image.objects.count()})

    def print(self, value):
        self.stdout.write(json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True))
