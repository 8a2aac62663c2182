{{ config(materialized='ephemeral') }}
select customer_id, name from {{ ref('customers') }} where orders > 0
