-- PutEvents of ten entries of about 700 bytes, for wrk:
--     BUS=default wrk -t1 -c16 -d10 -s tests/bench/put_events.lua http://127.0.0.1:8080/
local entry = '{"Source":"shop.orders","DetailType":"OrderPlaced","EventBusName":"' .. (os.getenv("BUS") or "default") ..
    '","Detail":"{\\"id\\":12345,\\"state\\":\\"new\\",\\"note\\":\\"' .. string.rep("n", 580) .. '\\"}"}'
local entries = {}
for i = 1, 10 do entries[i] = entry end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-amz-json-1.1"
wrk.headers["X-Amz-Target"] = "AWSEvents.PutEvents"
wrk.body = '{"Entries":[' .. table.concat(entries, ",") .. ']}'

function done(summary, latency)
    io.write(string.format("%.0f events/s, p50 %.1f ms, p99 %.1f ms, failed requests %d\n",
        10 * (summary.requests - summary.errors.status) / (summary.duration / 1e6), latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3, summary.errors.status + summary.errors.timeout))
end
