from django.db import connection


def ponies_named(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM catalog_pony WHERE name LIKE '%" + name + "%'")
        return cursor.fetchall()
