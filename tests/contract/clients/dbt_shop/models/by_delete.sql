{{ config(materialized='incremental', unique_key='order_id', incremental_strategy='delete+insert', on_schema_change='append_new_columns', dist='even') }}
select order_id, amount, status, placed_at {% if var('wider', false) %}, note {% endif %}
from {{ ref('stg_orders') }}
{% if is_incremental() %} where placed_at >= (select max(placed_at) from {{ this }}) {% endif %}
