-- Posts a report, each with another description; wrk hands in the key after `--`.
local number = 0

function init(arguments)
  key = arguments[1]
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end

function request()
  number = number + 1
  local body = "jurisdiction_id=wroclaw.pl&service_code=pothole&lat=51.1100&long=17.0319"
    .. "&attribute%5Bcarriageway_blocked%5D=no&email=measured%40example.org"
    .. "&description=Measured+report+number+" .. number .. "&api_key=" .. key
  return wrk.format(nil, nil, nil, body)
end
