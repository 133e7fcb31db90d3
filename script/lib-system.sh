# shellcheck shell=bash
# The system packages that script/setup installs when they are missing. To be sourced after lib.sh.

readonly oldest_postgresql=15
readonly createcluster=/etc/postgresql-common/createcluster.conf
readonly createcluster_backup=$createcluster.before-open311
readonly apt_advice="The output above says what is in the way; afterwards, run the script again."

#   install_system_packages server|test|bench
install_system_packages() {
  if [[ $(uname -s) == Darwin ]]; then
    install_with_brew "$1"
  elif command -v apt-get >/dev/null; then
    install_with_apt "$1"
  else
    note "this is neither Debian nor Ubuntu: PostgreSQL $oldest_postgresql or later with PostGIS, Python 3.11" \
      "or later, a C compiler and the headers of libpq and Python are taken to be installed."
  fi
}

note() {
  printf '  note: %s\n' "$*"
}

install_with_apt() {
  local packages=() server=()
  mapfile -t packages < <(
    missing_for_python
    missing_for "$1"
  )
  if needs_server "$1" || [[ -e $createcluster_backup ]]; then
    server=(PostgreSQL PostGIS)
  fi
  if ((${#packages[@]} + ${#server[@]} == 0)); then
    return
  fi
  become_root_for "${packages[@]}" "${server[@]}"
  if ((${#packages[@]})); then
    step "System packages" "$apt_advice" apt_install "${packages[@]}"
  fi
  if ((${#server[@]})); then
    step "PostgreSQL with PostGIS" "$apt_advice" install_server
  fi
}

# Prints, one a line, the packages that Python lacks, and those that build psycopg2.
missing_for_python() {
  local python version=3
  if python=$(find_python); then
    # A Python from elsewhere than the distribution brings its modules and headers along.
    if [[ $(readlink -f "$python") == /usr/bin/* ]]; then
      version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    fi
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo "python$version-venv"
  else
    printf '%s\n' python3 python3-venv
  fi
  is_psycopg2_built && return
  command -v gcc >/dev/null || printf '%s\n' gcc libc6-dev
  [[ -e $(pg_config --includedir 2>/dev/null)/libpq-fe.h ]] || echo libpq-dev
  has_python_headers "$python" || echo "python$version-dev"
}

is_psycopg2_built() {
  local version
  version=$(sed -n 's/^psycopg2==\([^ ]*\).*/\1/p' requirements.lock)
  compgen -G ".venv/lib/python3*/site-packages/psycopg2-$version.dist-info" >/dev/null
}

has_python_headers() {
  [[ -n $1 ]] && "$1" -c 'if True:
    import pathlib, sys, sysconfig
    sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())'
}

# Prints, one a line, the packages that a purpose lacks.
missing_for() {
  case $1 in
    test)
      command -v curl >/dev/null || echo curl
      missing_for_browser
      ;;
    bench)
      command -v wrk >/dev/null || echo wrk
      ;;
  esac
}

missing_for_browser() {
  if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
    return
  fi
  if grep -q '^ID=ubuntu' /etc/os-release; then
    # Ubuntu has Chromium as a snap only, which a script should not put on a person's machine.
    note "the browser tests need Chromium and its driver, which Ubuntu has as a snap only:" \
      "sudo snap install chromium" >&2
  else
    # Without a font a page has no text to look at.
    printf '%s\n' chromium chromium-driver fonts-liberation
  fi
}

# Tells whether a purpose wants a private cluster and there is no PostgreSQL with PostGIS for it.
needs_server() {
  local initdb major
  # The tests make a cluster of their own in any case.
  if [[ $1 != test && -n ${OPEN311_DATABASE_URL:-} ]]; then
    return 1
  fi
  for initdb in /usr/lib/postgresql/*/bin/initdb; do
    major=$(version_in_path "$initdb")
    if [[ -e $initdb && -e /usr/share/postgresql/$major/extension/postgis.control ]] &&
      ((major >= oldest_postgresql)); then
      return 1
    fi
  done
  # A build of a person's own.
  ! [[ -e $(pg_config --bindir 2>/dev/null)/initdb &&
    -e $(pg_config --sharedir 2>/dev/null)/extension/postgis.control ]]
}

#   version_in_path /usr/lib/postgresql/15/bin/initdb
version_in_path() {
  local version=${1#/usr/lib/postgresql/}
  printf '%s\n' "${version%%/*}"
}

become_root_for() {
  printf '  %s\n' "To be installed from the distribution: $*"
  if ((EUID == 0)); then
    return
  fi
  if ! command -v sudo >/dev/null; then
    die "root's rights are needed for that, and there is no sudo. Ask whoever looks after this machine."
  fi
  # Asks for the password here, where it can be seen.
  sudo -v || die "root's rights are needed for that. Ask whoever looks after this machine."
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

apt_get() {
  # A machine that has just been started may be at its daily updates: wait for them.
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
    apt-get --yes -o DPkg::Lock::Timeout=300 "$@"
}

apt_install() {
  local name install=(install --no-install-recommends --no-upgrade)
  for name; do
    if ! has_candidate "$name"; then
      apt_get update
      break
    fi
  done
  apt_get "${install[@]}" "$@" && return
  # Lists from before a security update name files that are not there any more.
  apt_get update
  apt_get "${install[@]}" "$@"
}

has_candidate() {
  LC_ALL=C apt-cache policy "$1" | grep -q '^ *Candidate: [^(]'
}

install_server() {
  local version
  # Its settings must be there before the server is; the lists are fresh enough from here on.
  apt_install postgresql-common
  version=$(choose_postgresql)
  without_main_cluster apt_install "postgresql-$version" "postgresql-$version-postgis-3"
}

# Prints the newest version that is installed already and that PostGIS can be had for, else the
# distribution's own.
choose_postgresql() {
  local initdb major
  for initdb in $(compgen -G "/usr/lib/postgresql/*/bin/initdb" | sort --version-sort --reverse); do
    major=$(version_in_path "$initdb")
    if ((major >= oldest_postgresql)) && has_candidate "postgresql-$major-postgis-3"; then
      printf '%s\n' "$major"
      return
    fi
  done
  LC_ALL=C apt-cache depends postgresql | sed -n 's/^ *Depends: postgresql-\([0-9]*\)$/\1/p'
}

# Installs a server without the cluster that Debian's package makes and starts: the machine is to
# stay as it is found. To be run by step(), whose subshell ends with the trap.
without_main_cluster() {
  # There already when a run was killed; then it is what is to come back.
  if [[ ! -e $createcluster_backup ]]; then
    as_root cp --preserve "$createcluster" "$createcluster_backup"
  fi
  trap 'as_root mv --force "$createcluster_backup" "$createcluster"' EXIT
  echo "create_main_cluster = false" | as_root tee --append "$createcluster" >/dev/null
  "$@"
}

# Written without a Mac to try it on.
install_with_brew() {
  local formula missing=()
  note "macOS is supported as far as we could write it without a Mac; please report what fails."
  command -v brew >/dev/null || die "Homebrew is needed: https://brew.sh"
  for formula in $(formulas_for "$1"); do
    brew list --versions "$formula" >/dev/null || missing+=("$formula")
  done
  if ((${#missing[@]})); then
    printf '  %s\n' "To be installed with Homebrew: ${missing[*]}"
    step "Homebrew formulas" "See https://docs.brew.sh/Troubleshooting" brew install "${missing[@]}"
  fi
  # Homebrew keeps libpq off the path; psycopg2 is built with its pg_config.
  PATH=$(brew --prefix libpq)/bin:$PATH
}

formulas_for() {
  echo python libpq
  [[ $1 != test && -n ${OPEN311_DATABASE_URL:-} ]] || echo postgresql@17 postgis
  case $1 in
    test) echo chromedriver ;;
    bench) echo wrk ;;
  esac
}
