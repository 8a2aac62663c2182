{{ config(materialized='incremental', unique_key='order_id', incremental_strategy='merge', sort='placed_at') }}
select order_id, amount, status, placed_at from {{ ref('stg_orders') }}
