-- Requests for bench/serve.sh: WHAT KEYS PICTURES
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

function request()
  count = count + 1
  local picture = pictures[count % #pictures + 1]
  local jpeg = {["Content-Type"] = "image/jpeg"}
  if what == "put" then
    return wrk.format("PUT", "/api/v1/items/bench-" .. count, jpeg, picture)
  elseif what == "recommend" then
    return wrk.format("POST", "/api/v1/recommend", jpeg, picture)
  end
  return wrk.format("GET", "/api/v1/items/" .. keys[count * 7919 % #keys + 1] .. "/similar")
end
