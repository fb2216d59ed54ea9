hour, client_ref, ms, cpu, mem, disk, net_up, net_down, gpu_flags
