-- The ten cities with the longest mean departure delay, in minutes, among those with enough flights to tell.
SELECT
    dep_city,
    dep_state,
    COUNT(*) AS flights,
    ROUND(AVG(CAST(dep_delay AS DECIMAL(10, 2))), 1) AS mean_dep_delay,
    ROUND(AVG(CAST(arr_delay AS DECIMAL(10, 2))), 1) AS mean_arr_delay,
    SUM(CASE WHEN arr_delay > 15 THEN 1 ELSE 0 END) AS late_arrivals
FROM airlines.daily_flights_processed
GROUP BY dep_city, dep_state
HAVING COUNT(*) >= 3
ORDER BY mean_dep_delay DESC, dep_city
LIMIT 10;
