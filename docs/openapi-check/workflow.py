"""The workflow of the document with the generated Python client: register, send heartbeats, list, edit, delete."""

import datetime
import sys

from muster_rest_api_client import AuthenticatedClient
from muster_rest_api_client.api.client_management import client_device_detail, client_list, client_status_list, edit_client_info, insert_client
from muster_rest_api_client.api.client_monitoring import client_health, client_monitor, client_stat
from muster_rest_api_client.api.devices import get_device_history, list_devices
from muster_rest_api_client.api.heartbeats import store_heartbeats
from muster_rest_api_client.api.hosts import delete_host, get_host, get_host_history, list_hosts
from muster_rest_api_client.api.model_management import delete_model, get_models, insert_model
from muster_rest_api_client.models import (
    ClientEdit,
    ClientRegistration,
    ClientRegistrationClientStatus,
    Device,
    GetDeviceHistoryMetricsItem,
    Heartbeat,
    ListHostsSort,
    ModelRegistration,
)

USER, CLIENT, NAME = "workflow-py", "0a" * 16, "workflow-python"


def main(base, token):
    client = AuthenticatedClient(base_url=base, token=token, raise_on_unexpected_status=True)

    def data(operation, **arguments):
        response = operation.sync_detailed(client=client, **arguments)
        assert response.status_code == 200 and response.parsed.success, response
        return response.parsed.data

    online = ClientRegistrationClientStatus.ONLINE
    registration = ClientRegistration(user_id=USER, client_id=CLIENT, client_status=online, name=NAME, os_type="Linux")
    assert data(insert_client, body=registration) == []
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=2)))
    device = Device(device_index=0, name="NVIDIA H100 80GB HBM3", uuid="GPU-workflow-python", usage=85, temp=72, power_usage=350)
    heartbeat = Heartbeat(client_id=CLIENT, timestamp=now, cpu_usage=45.2, mem_usage=60, disk_usage=30, sent_at=now, devices=[device])
    assert data(store_heartbeats, body=[heartbeat]).accepted == 1
    assert data(store_heartbeats, body=heartbeat).duplicate == 1

    assert data(client_list, user_id=USER).devices[0].client_name == NAME
    assert data(client_status_list, user_id=USER, status="online").total == 1
    assert data(client_device_detail, user_id=USER, client_id=CLIENT).device_info[0].power_usage == 350
    assert data(client_stat, user_id=USER).systems_online_number == 1
    assert data(client_monitor, user_id=USER)[0].client_id == CLIENT
    assert data(client_health, user_id=USER, start_date=now)[0].cpu_usage == 45
    assert data(edit_client_info, body=ClientEdit(user_id=USER, client_id=CLIENT, name=NAME + "-2")) is None

    assert data(get_host, host=NAME + "-2").user_id == USER
    page = data(list_hosts, user_id=USER, sort=ListHostsSort.VALUE_3, limit=1)
    assert page.total == 1 and page.next_cursor is None and page.hosts[0].gpu_count == 1
    assert data(list_devices, host=CLIENT).devices[0].uuid == "GPU-workflow-python"

    metrics = [GetDeviceHistoryMetricsItem.POWER, GetDeviceHistoryMetricsItem.ENERGY]
    series = data(get_device_history, uuid="GPU-workflow-python", step="1h", metrics=metrics)
    assert 350 in series.power.mean and len(series.timestamps) == len(series.power.max_), series
    series = data(get_host_history, host=CLIENT, from_=now - datetime.timedelta(hours=2), to=now + datetime.timedelta(hours=1))
    assert 45 in series.cpu.max_ and series.host == NAME + "-2", series

    model = ModelRegistration(name=NAME, version="1.0", version_code=1, engine_type=0, min_gpu_memory_gb=16)
    assert data(insert_model, body=model) is None
    listed = [each for each in data(get_models, is_active=True) if each.name == NAME]
    assert data(delete_model, id=listed[0].id) is None
    assert data(delete_host, host=CLIENT) is None
    assert get_host.sync_detailed(client=client, host=CLIENT).status_code == 404


main(*sys.argv[1:])
