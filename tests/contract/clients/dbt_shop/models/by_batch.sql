{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='placed_at', begin='2024-01-01', batch_size='month', unique_key='order_id') }}
select order_id, amount, placed_at from {{ ref('stg_orders') }}
