"""The page and the names."""

import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes both tables."""

    initial = True
    dependencies = [("wagtailcore", "0094_alter_page_locale")]
    operations = [
        migrations.CreateModel(
            name="PositionPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("before", models.TextField()),
                ("after", models.TextField()),
            ],
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="PositionName",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                ("name", models.CharField(max_length=200)),
                ("website", models.CharField(max_length=200)),
                ("said", models.TextField()),
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=models.CASCADE, related_name="names", to="wagtail_site.positionpage"
                    ),
                ),
            ],
            options={"ordering": ["sort_order"]},
        ),
    ]
