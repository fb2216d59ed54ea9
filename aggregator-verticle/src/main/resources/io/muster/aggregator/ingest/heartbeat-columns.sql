client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags, device_refs, device_usage, device_mem, device_temp,
device_power
