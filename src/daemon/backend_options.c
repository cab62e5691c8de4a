/* The backend's options out of the configuration. */
#include "facegate/daemon/backend_options.h"

fg_backend_options fg_backend_options_of(const fg_config *config)
{
    return (fg_backend_options){
        .url = config->delivery.backend_url,
        .timeout = config->delivery.timeout,
        .connect_timeout = config->delivery.connect_timeout,
        .token_file = config->delivery.token_file,
        .ca_file = config->delivery.ca_file,
        .client_cert = config->delivery.client_cert,
        .client_key = config->delivery.client_key,
        .picture_key = config->delivery.picture_key,
    };
}
