{{ config(materialized='view') }}
select name from {{ ref('short_lived') }}
