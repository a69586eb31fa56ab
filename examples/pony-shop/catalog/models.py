from django.conf import settings
from django.db import models


class Pony(models.Model):
    name = models.CharField(max_length=100)
    story = models.TextField(blank=True)
    picture = models.FileField(upload_to="ponies")


class Order(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    pony = models.ForeignKey(Pony, on_delete=models.PROTECT)
    note = models.TextField(blank=True)
