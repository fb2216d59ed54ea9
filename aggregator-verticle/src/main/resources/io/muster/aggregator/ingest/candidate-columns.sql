client_ref, ts, cpu, mem, disk, up, down, flags, device_refs, device_usage, device_mem, device_temp, device_power
