{% macro count_rows(table) %}
  {% set found = run_query("select count(*) from " ~ ref(table)) %}
  {{ log("rows: " ~ found.rows[0][0], info=True) }}
{% endmacro %}
