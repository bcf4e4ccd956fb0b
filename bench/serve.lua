-- Requests for bench/serve.sh and bench/soak.sh: WHAT KEYS PICTURES
local what, keys, pictures, count = "", {}, {}, 0

function init(arguments)
  what = arguments[1]
  for key in io.lines(arguments[2]) do keys[#keys + 1] = key end
  for name in io.popen("find '" .. arguments[3] .. "' -name '*.jpg' | sort | sed -n 1,200p"):lines() do
    local file = io.open(name, "rb")
    pictures[#pictures + 1] = file:read("*a")
    file:close()
  end
end

-- A round of twenty: what a shop asks, and two pictures put and deleted again, under keys of which
-- there are a thousand.
local function mixed(picture, jpeg)
  local place, round = count % 20, math.floor(count / 20)
  local item = "/api/v1/items/" .. keys[count * 7919 % #keys + 1]
  if place < 2 then
    return wrk.format("PUT", "/api/v1/items/soak-" .. (2 * round + place) % 1000, jpeg, picture)
  elseif place < 4 then
    return wrk.format("DELETE", "/api/v1/items/soak-" .. (2 * round + place + 500) % 1000)
  elseif place < 7 then
    return wrk.format("POST", "/api/v1/recommend", jpeg, picture)
  elseif place < 9 then
    return wrk.format("GET", "/api/v1/items?count=60&offset=" .. count * 31 % 1000)
  elseif place < 12 then
    return wrk.format("GET", item .. "/picture?size=" .. 40 + count % 3 * 20)
  end
  return wrk.format("GET", item .. "/similar")
end

function request()
  count = count + 1
  local picture = pictures[count % #pictures + 1]
  local jpeg = {["Content-Type"] = "image/jpeg"}
  if what == "mixed" then
    return mixed(picture, jpeg)
  elseif what == "put" then
    return wrk.format("PUT", "/api/v1/items/bench-" .. count, jpeg, picture)
  elseif what == "recommend" then
    return wrk.format("POST", "/api/v1/recommend", jpeg, picture)
  end
  return wrk.format("GET", "/api/v1/items/" .. keys[count * 7919 % #keys + 1] .. "/similar")
end
