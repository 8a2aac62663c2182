{{ config(contract={'enforced': true}) }}
select id, name from {{ ref('raw_customers') }}
