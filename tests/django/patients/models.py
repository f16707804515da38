# SPDX-License-Identifier: Apache-2.0
import uuid

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models


class Patient(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    date_of_birth = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    filemaker_metadata = models.JSONField(default=dict, blank=True)
    batches = GenericRelation("images.Batch", related_query_name="patient")

    class Meta:
        db_table = "patients"
