#!/bin/bash
# A Slurm of two nodes on one machine, from Debian's packages, without installing them: slurm-local.sh FOLDER PORT
# It takes root, 5 MB of packages, and PORT to PORT+2. Prints what the environment has to say; FOLDER/pids has its processes.
set -e
folder=$(realpath -m "$1") port=$2 root=$folder/root run=$folder/run
mkdir -p "$folder/packages" "$root" "$run"/{state,log}
cd "$folder/packages"
timeout 40 apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=10 download \
  slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge libmunge2 libhwloc15 libhttp-parser2.9 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" "$root"; done
libraries=$root/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$libraries:$libraries/slurm-wlm SLURM_CONF=$run/slurm.conf
host=$(hostname)
cat >"$SLURM_CONF" <<C
ClusterName=landscape
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$run/munge.socket
PluginDir=$libraries/slurm-wlm
SlurmctldPort=$port
SlurmctldPidFile=$run/slurmctld.pid
SlurmdPidFile=$run/slurmd.%n.pid
StateSaveLocation=$run/state
SlurmdSpoolDir=$run/spool.%n
SlurmctldLogFile=$run/log/slurmctld.log
SlurmdLogFile=$run/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SlurmdParameters=config_overrides
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2 RealMemory=4000 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
C
daemon() {
  "$@" >>"$run/log/daemons.out" 2>&1 </dev/null &
  echo $! >>"$folder/pids"
}
"$root/usr/sbin/mungekey" --create --keyfile="$run/munge.key"
daemon "$root/usr/sbin/munged" --key-file="$run/munge.key" --socket="$run/munge.socket" --pid-file="$run/munged.pid" \
  --log-file="$run/log/munged.log" --seed-file="$run/munge.seed" --force --foreground
for _ in $(seq 100); do [ -S "$run/munge.socket" ] && break || sleep 0.1; done
daemon "$root/usr/sbin/slurmctld-wlm" -D -f "$SLURM_CONF"
for node in n1 n2; do
  daemon "$root/usr/sbin/slurmd-wlm" -D -N $node -f "$SLURM_CONF" -d "$root/usr/sbin/slurmstepd-wlm"
done
for _ in $(seq 200); do
  [ "$("$root/usr/bin/sinfo" --noheader --Node --states=idle 2>/dev/null | wc -l)" = 2 ] && break || sleep 0.1
done
"$root/usr/bin/sinfo" --noheader --Node --states=idle | grep -q n2
echo "LD_LIBRARY_PATH=$LD_LIBRARY_PATH"
echo "SLURM_CONF=$SLURM_CONF"
echo "PATH=$root/usr/bin:$PATH"
