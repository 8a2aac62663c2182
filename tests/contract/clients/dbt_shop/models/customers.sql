{{ config(dist='customer_id', sort=['customer_id', 'name'], sort_type='compound', persist_docs={'relation': true, 'columns': true}) }}
with totals as (
  select customer_id, count(*) as orders, sum(amount) as total, max(placed_at) as last_order
  from {{ ref('stg_orders') }} group by 1
)
select c.id as customer_id, c.name, nvl(t.orders, 0) as orders, nvl(t.total, 0)::numeric(12,2) as total,
  datediff(day, '2024-01-01'::timestamp, t.last_order) as days
from {{ ref('raw_customers') }} c left join totals t on t.customer_id = c.id
