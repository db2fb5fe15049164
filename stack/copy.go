package stack

// Copy is a file to bring into a container as it is here.
type Copy struct {
	From string `json:"from"`           // here, absolute
	To   string `json:"to"`             // in the container, absolute
	Gone bool   `json:"gone,omitempty"` // it is not here any more: to be removed there
}

// Hook is a command to run in a container.
type Hook struct {
	Argv       []string `json:"command"`
	User       string   `json:"user,omitempty"` // empty: the container's
	Dir        string   `json:"working_dir,omitempty"`
	Env        []string `json:"-"` // "NAME=value"; may hold secrets
	Privileged bool     `json:"privileged,omitempty"`
}
