{{ config(materialized='view', bind=false) }}
select id as order_id, customer_id, amount, placed_at, status, note
from {{ source('raw', 'raw_orders') }}
