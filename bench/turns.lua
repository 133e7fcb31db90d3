-- Asks for the service list of each gmina in turn; wrk hands in how many there are after `--`.
local place = 0

function init(arguments)
  number = tonumber(arguments[1])
end

function request()
  place = place % number + 1
  return wrk.format(nil, string.format("/gmina-%04d/open311/v2/services.json", place))
end
