# SPDX-License-Identifier: Apache-2.0
import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Upload(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Batch(Upload):
    """The images of one visit; of a patient, though the database does not say so."""

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.UUIDField()
    content_object = GenericForeignKey()
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    image_count = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "batches"
        indexes = [models.Index(fields=["content_type", "object_id"], name="images_batch_object")]


class Image(Upload):
    class Category(models.TextChoices):
        BEFORE = "Before"
        AFTER = "After"
        PROFILE_LEFT = "Profile left"
        PROFILE_RIGHT = "Profile right"
        SCAN = "Scan"
        CONSENT = "Consent"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="images")
    s3_key = models.CharField(max_length=500)
    s3_thumbnail_key = models.CharField(max_length=500, blank=True)
    original_name = models.CharField(max_length=255)
    file_size = models.IntegerField()
    thumbnail_size = models.IntegerField(null=True, blank=True)
    mime_type = models.CharField(max_length=100)
    width = models.IntegerField(null=True, blank=True)
    height = models.IntegerField(null=True, blank=True)
    category = models.CharField(max_length=100, choices=Category.choices, blank=True)
    caption = models.TextField(blank=True)
    date_taken = models.DateField(null=True, blank=True)
    filemaker_id = models.UUIDField(null=True, blank=True, unique=True)
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["order"]
