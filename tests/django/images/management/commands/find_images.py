# SPDX-License-Identifier: Apache-2.0
import json
import sys

from django.core.management.base import BaseCommand
from images.models import Image


class Command(BaseCommand):
    help = ("Reads a question a line from stdin, such as {\"date_taken__year\": 2019}: what to filter images by. "
            "Answers each with the keys found, and whose they are.")

    def handle(self, *args, **options):
        for line in sys.stdin:
            found = Image.objects.filter(**json.loads(line)).order_by("s3_key")
            self.stdout.write(json.dumps([[image.s3_key, self.owner(image)] for image in found]))

    @staticmethod
    def owner(image):
        patient = image.batch.content_object
        return patient and patient.filemaker_metadata["filemaker_id"]
