/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Help, manual and completion from the rows.
 */
#include "tl/help.h"

#include <string.h>

static const char *const group_names[] = {
	[COMMAND_GROUP_DOMAIN] = "Domains",   [COMMAND_GROUP_DEVICE] = "Devices",
	[COMMAND_GROUP_HOST] = "The machine", [COMMAND_GROUP_SCHEDULER] = "Schedulers",
	[COMMAND_GROUP_POOL] = "CPU pools",   [COMMAND_GROUP_TOOL] = "The tool itself",
};

static const struct {
	char letter;
	const char *help;
} globals[] = {
	{'v', "say more: notes about settings without effect"},
	{'f', "accepted for scripts written for xl; there is nothing to force"},
	{'N', "dry run: commands that change something are not run"},
	{'t', "show progress also where standard error is no terminal"},
	{'T', "begin each failure with the time and the process"},
};

static bool has_options(const struct command *command)
{
	return command->options || command->flags & COMMAND_JSON;
}

static void print_row(const struct command *command, FILE *to)
{
	fprintf(to, " %-20s %s\n", command->name, command->summary);
}

void help_print_short(const char *program, FILE *to)
{
	size_t count;
	const struct command *const *list = command_list(&count);

	fprintf(to, "Usage: %s [-vfNtT] COMMAND [OPTION...] [OPERAND...]\n\n", program);
	for (size_t n = 0; n < count; n++)
		if (list[n]->flags & COMMAND_SHORT)
			print_row(list[n], to);
	fprintf(to, "\n`%s help --long' lists all commands, `%s help COMMAND' describes one.\n",
		program, program);
}

/* Names only, in lines of a terminal's width. */
static void print_refused(FILE *to)
{
	size_t count, column = 0;
	const struct command *const *list = command_list(&count);

	for (size_t n = 0; n < count; n++) {
		size_t length = strlen(list[n]->name) + 1;

		if (!(list[n]->flags & COMMAND_REFUSED))
			continue;
		if (column && column + length > 78) {
			fputc('\n', to);
			column = 0;
		}
		fprintf(to, " %s", list[n]->name);
		column += length;
	}
	fputc('\n', to);
}

void help_print_long(const char *program, FILE *to)
{
	const struct command *last = NULL;
	size_t count;
	const struct command *const *list = command_list(&count);

	fprintf(to, "Usage: %s [-vfNtT] COMMAND [OPTION...] [OPERAND...]\n", program);
	for (size_t n = 0; n < count; n++) {
		if (list[n]->flags & COMMAND_UNLISTED)
			continue;
		if (!last || list[n]->group != last->group)
			fprintf(to, "\n%s\n", group_names[list[n]->group]);
		last = list[n];
		print_row(list[n], to);
	}
	fprintf(to, "\nCommands of xl that are not served; each says why\n");
	print_refused(to);
	fprintf(to, "\nGlobal options\n");
	for (size_t n = 0; n < sizeof(globals) / sizeof(globals[0]); n++)
		fprintf(to, " -%c                   %s\n", globals[n].letter, globals[n].help);
}

static void option_format(const struct command_option *option, char *text, size_t bytes)
{
	char letter[4] = "";

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c", option->letter);
	snprintf(text, bytes, "%s%s%s%s%s%s", letter, option->letter && option->name ? ", " : "",
		 option->name ? "--" : "", option->name ? option->name : "",
		 option->argument ? (option->name ? "=" : " ") : "",
		 option->argument ? option->argument : "");
}

static void print_options(const struct command *command, FILE *to,
			  void (*print)(const char *option, const char *help, FILE *to))
{
	const struct command_option *option = command->options;
	char text[80];

	for (; option && (option->letter || option->name); option++) {
		option_format(option, text, sizeof(text));
		print(text, option->help, to);
	}
	if (command->flags & COMMAND_JSON)
		print("--json", "print JSON", to);
}

static void print_help_option(const char *option, const char *help, FILE *to)
{
	fprintf(to, "  %-24s %s\n", option, help);
}

void help_print_command(const char *program, const struct command *command, FILE *to)
{
	fprintf(to, "Usage: %s %s%s%s%s\n\n%s.\n", program, command->name,
		has_options(command) ? " [OPTION...]" : "", *command->operands ? " " : "",
		command->operands, command->summary);
	if (command->aliases[0]) {
		fprintf(to, "Also called");
		for (size_t n = 0; n < 3 && command->aliases[n]; n++)
			fprintf(to, "%s %s", n ? "," : "", command->aliases[n]);
		fprintf(to, ".\n");
	}
	if (command->description)
		fprintf(to, "\n%s\n", command->description);
	if (has_options(command)) {
		fprintf(to, "\nOptions\n");
		print_options(command, to, print_help_option);
	}
}

/* Text of a man page: backslashes and hyphens are not what they seem, nor is a dot at the start. */
static void print_roff(const char *text, FILE *to)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", to);
		if (!strncmp(text, "\n\n", 2)) {
			fputs("\n.PP", to);
			text++;
		}
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else
			fputc(*text, to);
		line_start = *text == '\n';
	}
}

static void print_manual_option(const char *option, const char *help, FILE *to)
{
	fputs(".TP\n.B ", to);
	print_roff(option, to);
	fputs("\n", to);
	print_roff(help, to);
	fputs("\n", to);
}

static void print_manual_command(const struct command *command, FILE *to)
{
	fputs(".SS \"", to);
	print_roff(command->name, to);
	fputs(has_options(command) ? " [OPTION...]" : "", to);
	fputs(*command->operands ? " " : "", to);
	print_roff(command->operands, to);
	fputs("\"\n", to);
	print_roff(command->summary, to);
	fputs(".\n", to);
	for (size_t n = 0; n < 3 && command->aliases[n]; n++) {
		fputs("Also ", to);
		print_roff(command->aliases[n], to);
		fputs(".\n", to);
	}
	if (command->description) {
		fputs(".PP\n", to);
		print_roff(command->description, to);
		fputs("\n", to);
	}
	print_options(command, to, print_manual_option);
}

static void print_manual_refused(FILE *to)
{
	size_t count;
	const struct command *const *list = command_list(&count);

	fputs(".SH \"COMMANDS THAT ARE NOT SERVED\"\n", to);
	for (size_t n = 0; n < count; n++) {
		if (!(list[n]->flags & COMMAND_REFUSED))
			continue;
		fputs(".TP\n.B ", to);
		print_roff(list[n]->name, to);
		fputs("\n", to);
		print_roff(list[n]->description, to);
		fputs("\n", to);
	}
}

void help_print_manual(FILE *to)
{
	const struct command *last = NULL;
	size_t count;
	const struct command *const *list = command_list(&count);

	fputs(".TH TL 1\n.SH NAME\ntl \\- control of Trestle's domains from dom0\n.SH SYNOPSIS\n"
	      ".B tl\n[\\-vfNtT] COMMAND [OPTION...] [OPERAND...]\n.SH DESCRIPTION\n"
	      "Called as xl it does the same. Exit codes are xl's: 0; 2 for wrong options and "
	      "missing operands; 1 for other failures.\nOf create: 1 for a fault in the "
	      "configuration, 3 for a file that cannot be read and for a creation that failed, "
	      "6 without a configuration and for an unknown CPU pool.\n"
	      ".SH GLOBAL OPTIONS\n",
	      to);
	for (size_t n = 0; n < sizeof(globals) / sizeof(globals[0]); n++) {
		char option[3] = {'-', globals[n].letter, '\0'};

		print_manual_option(option, globals[n].help, to);
	}
	for (size_t n = 0; n < count; n++) {
		if (list[n]->flags & COMMAND_UNLISTED)
			continue;
		if (!last || list[n]->group != last->group)
			fprintf(to, ".SH \"%s\"\n", group_names[list[n]->group]);
		last = list[n];
		print_manual_command(list[n], to);
	}
	print_manual_refused(to);
	fputs(".SH \"SEE ALSO\"\nxl.cfg(5), xl.conf(5), xl\\-disk\\-configuration(5), "
	      "xl\\-network\\-configuration(5)\n",
	      to);
}

static void print_completion_options(const struct command *command, FILE *to)
{
	const struct command_option *option = command->options;

	fprintf(to, "\t%s) words=\"", command->name);
	for (; option && (option->letter || option->name); option++) {
		if (option->letter)
			fprintf(to, "-%c ", option->letter);
		if (option->name)
			fprintf(to, "--%s ", option->name);
	}
	fprintf(to, "%s\";;\n", command->flags & COMMAND_JSON ? "--json" : "");
}

void help_print_completion(FILE *to)
{
	size_t count;
	const struct command *const *list = command_list(&count);

	fputs("# bash completion of tl and xl, printed by `tl completion'.\n_tl()\n{\n"
	      "\tlocal word=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords=\"",
	      to);
	for (size_t n = 0; n < count; n++)
		if (!(list[n]->flags & COMMAND_UNLISTED))
			fprintf(to, "%s ", list[n]->name);
	fputs("\"\n\telse\n\tcase \"${COMP_WORDS[1]}\" in\n", to);
	for (size_t n = 0; n < count; n++)
		if (!(list[n]->flags & COMMAND_UNLISTED))
			print_completion_options(list[n], to);
	fputs("\tesac\n\tcase \"$word\" in\n\t-*) ;;\n\t*) words=\"$(\"$1\" list --names "
	      "2>/dev/null)\"\n"
	      "\t\tcase \"${COMP_WORDS[1]}\" in create|config-update) words=\"\"; "
	      "COMPREPLY=($(compgen -f -- \"$word\")); return;; esac;;\n"
	      "\tesac\n\tfi\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
	      "complete -F _tl tl xl\n",
	      to);
}
