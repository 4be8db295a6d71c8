/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hot-plug scripts that a configuration names: started, watched, their exit status honoured. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdom/device_internal.h"

#define NR_VARIABLES 8
#define VARIABLE_BYTES 320

struct environment {
	char text[NR_VARIABLES][VARIABLE_BYTES];
	char *list[NR_VARIABLES + 1];
	size_t count;
};

__attribute__((format(printf, 3, 4))) static void set_variable(struct environment *environment,
							       const char *name, const char *format,
							       ...)
{
	char *text = environment->text[environment->count];
	va_list list;
	int length;

	length = snprintf(text, VARIABLE_BYTES, "%s=", name);
	va_start(list, format);
	vsnprintf(text + length, VARIABLE_BYTES - (size_t)length, format, list);
	va_end(list);
	environment->list[environment->count++] = text;
}

static void fill_environment(struct environment *environment, const struct device *device,
			     const char *script, const char *interface)
{
	environment->count = 0;
	set_variable(environment, "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
	set_variable(environment, "script", "%s", script);
	set_variable(environment, "XENBUS_TYPE", "%s", device->backend_type);
	set_variable(environment, "XENBUS_PATH", "backend/%s/%u/%u", device->backend_type,
		     device->domid, device->devid);
	set_variable(environment, "XENBUS_BASE_PATH", "backend");
	if (interface) {
		set_variable(environment, "vif", "%s", interface);
		set_variable(environment, "netdev", "%s",
			     device->vif ? device->vif->gatewaydev : "");
	}
	environment->list[environment->count] = NULL;
}

static int spawn_script(const char *script, char *const *arguments, char *const *environment,
			pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int error = posix_spawn_file_actions_init(&files);

	if (error)
		return error;
	error = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_addclosefrom_np(&files, 3);
	if (!error)
		error = posix_spawn(pid, script, &files, NULL, arguments, environment);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

int device_script_start(struct device *device, const char *script, const char *action,
			const char *interface)
{
	char *const arguments[] = {(char *)script, (char *)action,
				   interface ? (char *)"type_if=vif" : NULL, NULL};
	struct environment environment;
	int error;

	fill_environment(&environment, device, script, interface);
	error = spawn_script(script, arguments, environment.list, &device->script_pid);
	if (error) {
		errno = error;
		return -1;
	}
	device->script_pidfd = pidfd_open(device->script_pid, 0);
	return device->script_pidfd < 0 ? -1 : 0;
}

int device_script_end(struct device *device)
{
	int status = 0;

	close(device->script_pidfd);
	device->script_pidfd = -1;
	if (waitpid(device->script_pid, &status, WNOHANG) != device->script_pid)
		return 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
